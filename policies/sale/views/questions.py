"""Questions of the application as a page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from policies.sale.forms import NO, QUESTION_PREFIX, YES
from products.rules.questions import Question

Raw = Mapping[str, Any]
CELL_MARK = ", "
KINDS = {"boolean": "radio", "choice": "radio", "text": "textarea", "roster": "textarea", "date": "date"}
KEYBOARDS = {"integer": "numeric", "decimal": "decimal", "money": "decimal"}
LENGTHS = {"resident_id": 40, "company_code": 40, "plate": 20, "vin": 40, "integer": 20, "decimal": 20, "money": 20}
ROSTER_LENGTH = 40_000


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as a page shows it: field name, words, equal answers."""

    name: str
    text: str
    hint: str
    kind: str
    options: list[tuple[Any, ...]]
    max_length: int
    unit: str = ""
    keyboard: str = ""
    value: Any = ""
    error: Any = ""


def shown(question: Question) -> ShownQuestion:
    """The question with its equal answers."""
    if question.type == "boolean":
        options: list[tuple[Any, ...]] = [(NO, _("No")), (YES, _("Yes"))]
    else:
        options = [(option.text, option.label, option.hint or "") for option in question.options]
    unit = str(question.unit or "") or (_("yuan") if question.type == "money" else "")
    return ShownQuestion(
        name=QUESTION_PREFIX + question.key,
        text=str(question.text),
        hint=_hint(question),
        kind=KINDS.get(question.type, "text"),
        options=options,
        max_length=ROSTER_LENGTH if question.type == "roster" else LENGTHS.get(question.type, question.max_length),
        unit=unit,
        keyboard=KEYBOARDS.get(question.type, ""),
    )


def _hint(question: Question) -> str:
    """The file's own hint; for a list also what stands in a line."""
    hint = str(question.hint or "")
    if question.type != "roster":
        return hint
    columns = CELL_MARK.join(str(column.text) for column in question.columns)
    words = _("One line each, separated by commas: %(columns)s. At most %(count)s lines.")
    return f"{hint} {words % {'columns': columns, 'count': question.max_rows}}".strip()


def filled(questions: Sequence[ShownQuestion], raw: Raw, errors: Mapping[str, Any]) -> list[ShownQuestion]:
    """The questions with what was answered and what is wrong with it."""
    return [
        replace(question, value=_value(question, raw), error=errors.get(question.name, "")) for question in questions
    ]


def _value(question: ShownQuestion, raw: Raw) -> Any:
    parts = [f"{question.name}_{part}" for part in range(3)]
    if question.kind == "date" and any(part in raw for part in parts):
        return [raw.get(part, "") for part in parts]
    return raw.get(question.name, "")


def initial_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the fields of a page."""
    return {QUESTION_PREFIX + key: _as_field(value) for key, value in told.items()}


def _as_field(value: Any) -> Any:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "\n".join(CELL_MARK.join(str(_as_field(cell)) for cell in row.values()) for row in value)
    return value


def first_control(name: str, question: Question) -> str:
    """The id of a question's first control, for the error summary."""
    return f"id_{name}" if KINDS.get(question.type, "text") in ("text", "textarea") else f"id_{name}_0"

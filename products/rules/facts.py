"""Facts for a price: untrusted text in, typed values out, every wrong field named."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from products.messages import problem_words

if TYPE_CHECKING:
    from products.rules.definition import Definition, FactValue, Input, Question

MAX_RAW_LENGTH = 200
_INTEGER = re.compile(r"-?\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUE, _FALSE = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: a stable code and the figures its words need."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()

    @property
    def message(self) -> Any:
        """The words: text, or lazy text translated when shown."""
        return problem_words(self.code, dict(self.values))


class FactsInvalid(Exception):
    """Facts that cannot be used. `problems` by field for machines, `messages` by field for readers."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__("; ".join(f"{field}: {problem.code}" for field, problem in problems.items()))
        self.problems = dict(problems)

    @property
    def messages(self) -> dict[str, Any]:
        return {field: problem.message for field, problem in self.problems.items()}


class _Wrong(Exception):
    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.problem = Problem(code, tuple(values.items()))


def read_facts(definition: Definition, raw: Mapping[str, Any], plan: str = "") -> dict[str, FactValue]:
    """Typed facts of a product from raw ones; what the plan sets fills the gaps, and always wins for plan-only inputs.

    Args:
        raw: by input name: text from a form, or text, integers, Decimals and booleans from JSON. Never floats.
        plan: the plan chosen, or empty; a `plan` key in `raw` counts when this is empty.

    Raises:
        FactsInvalid: a field is unknown, missing, or has no usable value.
    """
    raw = dict(raw)
    problems: dict[str, Problem] = {}
    sets = _plan_values(definition, plan, raw.pop("plan", ""), problems)
    known = definition.inputs_by_key
    problems |= {str(key)[:60]: Problem("unknown_field") for key in raw if key not in known}
    found: dict[str, FactValue] = {}
    for item in definition.inputs:
        try:
            found[item.key] = _fact_or_plan(item, raw, sets)
        except FactsInvalid as error:
            problems |= error.problems
    if problems:
        raise FactsInvalid(problems)
    return found


def _plan_values(
    definition: Definition, plan: str, raw_plan: Any, problems: dict[str, Problem]
) -> Mapping[str, FactValue]:
    """What the plan sets; notes a plan nobody offers."""
    try:
        plan = plan or _plain_text(raw_plan)
    except _Wrong as wrong:
        problems["plan"] = wrong.problem
        return {}
    if not plan:
        return {}
    if plan not in definition.plans_by_key:
        problems["plan"] = Problem("unknown_plan")
        return {}
    return definition.plans_by_key[plan].sets


def _fact_or_plan(item: Input, raw: Mapping[str, Any], sets: Mapping[str, FactValue]) -> FactValue:
    given = raw.get(item.key)
    if item.plan_only or given is None or given == "":
        if item.key in sets:
            return sets[item.key]
        if item.plan_only:
            raise FactsInvalid({"plan": Problem("plan_required")})
        raise FactsInvalid({item.key: Problem("required")})
    return read_fact(item, given)


def read_fact(item: Input, raw: Any) -> FactValue:
    """One input's typed value.

    Raises:
        FactsInvalid: naming the input.
    """
    try:
        return _READERS[item.type](item, raw)
    except _Wrong as wrong:
        raise FactsInvalid({item.key: wrong.problem}) from None


def facts_as_text(facts: Mapping[str, FactValue]) -> dict[str, str]:
    """Typed facts as text, the form in which they are stored and sent; `read_facts` reads them back exactly."""
    return {key: _as_text(value) for key, value in facts.items()}


def _as_text(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def read_answers(questions: Iterable[Question], raw: Mapping[str, Any]) -> dict[str, bool | str]:
    """Typed answers to questions of the application; unknown keys are left to the caller's other forms.

    Raises:
        FactsInvalid: a required answer is missing, or one is not among the options or too long.
    """
    found: dict[str, bool | str] = {}
    problems: dict[str, Problem] = {}
    for question in questions:
        try:
            found[question.key] = _answer(question, raw.get(question.key))
        except _Wrong as wrong:
            problems[question.key] = wrong.problem
    if problems:
        raise FactsInvalid(problems)
    return found


def _answer(question: Question, raw: Any) -> bool | str:
    if question.type == "boolean":
        return _boolean(None, "" if raw is None else raw)
    text = _plain_text(raw, limit=question.max_length)
    if not text and question.required:
        raise _Wrong("required")
    if question.type == "choice" and text and text not in {option.text for option in question.options}:
        raise _Wrong("not_an_option")
    return text


# --- readers by type ---


def _plain_text(raw: Any, limit: int = MAX_RAW_LENGTH) -> str:
    """Text without odd characters; full-width digits of a Chinese keyboard become ordinary ones."""
    if raw is None:
        return ""
    if isinstance(raw, bool | float) or not isinstance(raw, str | int | Decimal):
        raise _Wrong("not_text")
    text = str(raw)
    if len(text) > limit:
        raise _Wrong("too_long", limit=limit)
    if any(
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character not in "\n\t" for character in text
    ):
        raise _Wrong("bad_characters")
    return text.strip()


def _digits(raw: Any) -> str:
    return unicodedata.normalize("NFKC", _plain_text(raw)).replace(",", "").strip()


def _integer(item: Input, raw: Any) -> int:
    text = _digits(raw)
    if not _INTEGER.fullmatch(text):
        raise _Wrong("not_whole_number")
    value = int(text)
    _within(item, Decimal(value))
    if item.options and item.option(value) is None:
        raise _Wrong("not_an_option")
    return value


def _decimal(item: Input, raw: Any) -> Decimal:
    text = _digits(raw)
    if not _DECIMAL.fullmatch(text):
        raise _Wrong("not_a_number")
    value = Decimal(text)
    _within(item, value)
    option = item.option(value)
    if item.options and option is None:
        raise _Wrong("not_an_option")
    # The same number has one spelling, so that equal facts have equal hashes.
    return Decimal(format(value.normalize(), "f"))


def _within(item: Input, value: Decimal) -> None:
    low, high = item.minimum, item.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        code = "outside" if low is not None and high is not None else "below" if high is None else "above"
        raise _Wrong(code, low=low, high=high)
    if item.multiple_of is not None and value % item.multiple_of:
        raise _Wrong("not_a_multiple", step=item.multiple_of)


def _choice(item: Input, raw: Any) -> str:
    text = _digits(raw)
    if item.option(text) is None:
        raise _Wrong("not_an_option")
    return text


def _boolean(item: Input | None, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = _plain_text(raw).lower()
    if not text:
        raise _Wrong("required")
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _Wrong("not_yes_or_no")


def _date(item: Input, raw: Any) -> dt.date:
    text = raw.isoformat() if type(raw) is dt.date else _digits(raw)
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise _Wrong("not_a_date")


_READERS: dict[str, Callable[[Any, Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "choice": _choice,
    "boolean": _boolean,
    "date": _date,
}

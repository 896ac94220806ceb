"""Facts for a price: untrusted text in, typed values out, every wrong field named."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from products.messages import problem_words

if TYPE_CHECKING:
    from products.rules.definition import Definition, FactValue, Input

MAX_RAW_LENGTH = 200
_INTEGER = re.compile(r"-?\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
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


class Wrong(Exception):
    """A raw value that cannot be used; readers of single values raise it."""

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
    problems |= {str(key)[:60] or "(empty)": Problem("unknown_field") for key in raw if key not in known}
    found: dict[str, FactValue] = {}
    for item in definition.inputs:
        try:
            found[item.key] = _fact_or_plan(item, raw, sets)
        except FactsInvalid as error:
            problems |= error.problems
    problems = problems or term_problems(definition, found)
    if problems:
        raise FactsInvalid(problems)
    return found


def still_asked(definition: Definition, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Facts stored under another version, without those this one asks for no longer: a tariff may drop a factor."""
    return {key: value for key, value in stored.items() if key in definition.inputs_by_key}


def term_problems(definition: Definition, facts: Mapping[str, FactValue]) -> dict[str, Problem]:
    """Facts that are each allowed, and together no contract: it would end before it begins, or too late in life."""
    terms = definition.terms
    length = terms.length
    if length.count is not None and not terms.ends_by_age and terms.pay.years is None:
        return {}
    count = length.count_for(facts)
    field = length.input or (length.until_age.input if length.until_age else "") or length.age_input
    if count < 1:
        return {field or "age": Problem("ends_before_it_starts")}
    age = facts.get(length.age_input)
    if terms.ends_by_age and isinstance(age, int) and age + count > terms.ends_by_age:
        return {field: Problem("ends_too_late", (("age", terms.ends_by_age),))}
    if terms.pay.instalments(facts, count) > count:
        return {terms.pay.years.input if terms.pay.years else field: Problem("pays_too_long", (("years", count),))}
    return {}


def _plan_values(
    definition: Definition, plan: str, raw_plan: Any, problems: dict[str, Problem]
) -> Mapping[str, FactValue]:
    """What the plan sets; notes a plan nobody offers."""
    try:
        plan = plan or plain_text(raw_plan)
    except Wrong as wrong:
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
        if item.person == "together":
            return 1
        raise FactsInvalid({item.key: Problem("required")})
    return read_fact(item, given)


def read_fact(item: Input, raw: Any) -> FactValue:
    """One input's typed value.

    Raises:
        FactsInvalid: naming the input.
    """
    try:
        return _READERS[item.type](item, raw)
    except Wrong as wrong:
        raise FactsInvalid({item.key: wrong.problem}) from None


def facts_as_text(facts: Mapping[str, FactValue]) -> dict[str, str]:
    """Typed facts as text, the form in which they are stored and sent; `read_facts` reads them back exactly."""
    return {key: _as_text(value) for key, value in facts.items()}


def _as_text(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


# --- readers by type ---


def plain_text(raw: Any, limit: int = MAX_RAW_LENGTH) -> str:
    """Text without odd characters; full-width digits of a Chinese keyboard become ordinary ones."""
    if raw is None:
        return ""
    if isinstance(raw, bool | float) or not isinstance(raw, str | int | Decimal):
        raise Wrong("not_text")
    # A browser ends the lines of a text area with two characters.
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limit:
        raise Wrong("too_long", limit=limit)
    if any(
        unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character not in "\n\t" for character in text
    ):
        raise Wrong("bad_characters")
    return text.strip()


def _digits(raw: Any) -> str:
    """Full-width digits as ordinary ones, 1,000,000 without its commas; 3,5 is left alone, it could mean 3.5 or 35."""
    text = unicodedata.normalize("NFKC", plain_text(raw)).strip()
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def whole_number(raw: Any) -> int:
    """Raises Wrong."""
    text = _digits(raw)
    if not _INTEGER.fullmatch(text):
        raise Wrong("not_whole_number")
    return int(text)


def decimal_number(raw: Any) -> Decimal:
    """Raises Wrong."""
    text = _digits(raw)
    if not _DECIMAL.fullmatch(text):
        raise Wrong("not_a_number")
    return Decimal(text)


def one_spelling(value: Decimal) -> Decimal:
    """The same number always written the same, so that equal facts have equal hashes."""
    return Decimal(format(value.normalize(), "f"))


def check_within(value: Decimal, low: Decimal | None, high: Decimal | None, multiple_of: Decimal | None = None) -> None:
    """Raises Wrong, with the bounds."""
    if (low is not None and value < low) or (high is not None and value > high):
        code = "outside" if low is not None and high is not None else "below" if high is None else "above"
        raise Wrong(code, low=low, high=high)
    if multiple_of is not None and value % multiple_of:
        raise Wrong("not_a_multiple", step=multiple_of)


def _integer(item: Input, raw: Any) -> int:
    value = whole_number(raw)
    check_within(Decimal(value), item.minimum, item.maximum, item.multiple_of)
    if item.options and item.option(value) is None:
        raise Wrong("not_an_option")
    return value


def _decimal(item: Input, raw: Any) -> Decimal:
    value = decimal_number(raw)
    check_within(value, item.minimum, item.maximum, item.multiple_of)
    if item.options and item.option(value) is None:
        raise Wrong("not_an_option")
    return one_spelling(value)


def _choice(item: Input, raw: Any) -> str:
    text = _digits(raw)
    if item.option(text) is None:
        raise Wrong("not_an_option")
    return text


def read_yes_or_no(raw: Any) -> bool:
    """Yes or no. Raises Wrong."""
    if isinstance(raw, bool):
        return raw
    text = plain_text(raw).lower()
    if not text:
        raise Wrong("required")
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Wrong("not_yes_or_no")


def read_day(raw: Any) -> dt.date:
    """A day. Raises Wrong."""
    text = raw.isoformat() if type(raw) is dt.date else _digits(raw)
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong("not_a_date")


_READERS: dict[str, Callable[[Any, Any], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "choice": _choice,
    "boolean": lambda _item, raw: read_yes_or_no(raw),
    "date": lambda _item, raw: read_day(raw),
}

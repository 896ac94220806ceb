"""Words for the fixed choices of the product file, and choices that hang on the draft itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from products.drafting.shapes import Choice
from products.messages import OUTCOME_WORDS
from products.rules.document import Tree

INSURED: Sequence[Choice] = (("person", _("A person")), ("property", _("A thing or an interest")))
AUDIENCES: Sequence[Choice] = (
    ("self", _("Oneself")), ("parents", _("Parents")), ("children", _("Children")), ("family", _("Family")),
    ("home", _("One’s home")), ("company", _("A company")),
)  # fmt: skip
PICTURES: Sequence[Choice] = (
    ("life", _("Life insurance")), ("health", _("Health insurance")), ("illness", _("Critical illness")),
    ("accident", _("Accident insurance")), ("bedside", _("Hospital cash")), ("travel", _("Travel")),
    ("group", _("Employees")), ("motor", _("Motor insurance")), ("home", _("Home insurance")),
    ("neighbour", _("Neighbours")), ("enterprise", _("Enterprise property")), ("credit", _("Trade credit")),
    ("shopping", _("Online shopping")), ("digital", _("Digital assets")),
)  # fmt: skip
RATE_BASES: Sequence[Choice] = (("published", _("Published tariff")), ("illustrative", _("Our own, illustrative")))
CHANNELS: Sequence[Choice] = (("web", _("Web")), ("partner", _("Partner")), ("counter", _("Counter")))
LENGTH_UNITS: Sequence[Choice] = (
    ("year", pgettext_lazy("length of a contract", "years")),
    ("month", pgettext_lazy("length of a contract", "months")),
    ("day", pgettext_lazy("length of a contract", "days")),
)
DECLARED_EVERY: Sequence[Choice] = (("quarter", _("Every quarter")),)
PAY_MODES: Sequence[Choice] = (("single", _("Once")), ("yearly", _("Every year")))
STARTS: Sequence[Choice] = (("next_midnight", _("The midnight after")),)
RENEWALS: Sequence[Choice] = (
    ("none", _("Not renewed")), ("new_application", _("By a new application")), ("ordinary", _("Ordinary renewal")),
    ("guaranteed", _("Guaranteed renewal")),
)  # fmt: skip
GATES: Sequence[Choice] = (
    ("minor_death_cap", _("Cap on death cover of minors (art. 33)")),
    ("insurable_interest", _("Insurable interest (art. 31)")),
    ("consent_to_death_cover", _("The insured’s consent to death cover (art. 34)")),
)
INPUT_TYPES: Sequence[Choice] = (
    ("integer", _("Whole number")), ("decimal", _("Number")), ("money", _("Amount of money")),
    ("choice", _("One of several")), ("boolean", _("Yes or no")), ("date", _("Day")),
)  # fmt: skip
QUESTION_TYPES: Sequence[Choice] = (
    ("", _("Yes or no, as most are")), ("boolean", _("Yes or no")), ("choice", _("One of several")),
    ("text", _("Text")), ("integer", _("Whole number")), ("decimal", _("Number")), ("money", _("Amount of money")),
    ("date", _("Day")), ("resident_id", _("Resident ID")), ("company_code", _("Company code")),
    ("plate", _("Number plate")), ("vin", _("Vehicle identification number")), ("address", _("Address")),
    ("roster", _("List of rows")),
)  # fmt: skip
QUESTION_GROUPS: Sequence[Choice] = (("health", _("Health declaration")), ("details", _("Details")))
PERSON_FACTS: Sequence[Choice] = (
    ("age", _("The insured’s age")),
    ("sex", _("The insured’s sex")),
    ("together", _("How many of a household are in one order")),
)
BENEFITS: Sequence[Choice] = (
    ("lump_sum", _("A sum at once")), ("daily_cash", _("An amount a day")),
    ("reimbursement", _("Costs refunded")), ("indemnity", _("Damage made good")),
)  # fmt: skip
LIMIT_UNITS: Sequence[Choice] = (
    ("stay", _("For each stay")), ("day", _("For each day")), ("item", _("For each item")),
    ("year", _("In a policy year")),
)  # fmt: skip
WORDING_KINDS: Sequence[Choice] = (
    ("terms", _("Policy wording")), ("rates", _("Rates")), ("notice", _("Notice")), ("disclosure", _("Disclosure")),
)  # fmt: skip
UNDERWRITING: Sequence[Choice] = tuple(
    (code, OUTCOME_WORDS[code]) for code in ("accept", "load", "exclude", "refer", "postpone", "decline")
)
CLAIMS: Sequence[Choice] = tuple((code, OUTCOME_WORDS[code]) for code in ("pay", "refer", "refuse"))
MATCHES: Sequence[Choice] = (("exact", _("Exactly")), ("range", _("Range")), ("point", _("Point, interpolated")))
HIT_POLICIES: Sequence[Choice] = (
    ("priority", _("Priority: the strongest outcome counts")), ("first", _("First: the first rule that hits")),
    ("unique", _("Unique: exactly one rule hits")), ("any", _("Any: several may hit, all say the same")),
    ("rule_order", _("Rule order: all, as they stand")), ("output_order", _("Output order: all, strongest first")),
    ("collect", _("Collect: all that hit, added up or counted")),
)  # fmt: skip

OUTCOMES = OUTCOME_WORDS
STEP_KINDS: dict[str, Any] = {
    "input": _("Taken over"), "lookup": _("Looked up"), "per_unit": _("Per unit"), "multiply": _("Multiplied"),
    "add": _("Added"), "sum": _("Summed up"), "subtract": _("Subtracted"), "divide": _("Divided"),
    "min": _("The least of"), "max": _("The most of"), "cap": _("Kept within bounds"),
    "minimum_premium": _("At least the minimum premium"),
    "discount": _("Less a percentage"), "loading": _("Plus a percentage"),
    "tax": _("Tax of it"),
    "tiers": _("By tiers"), "interpolate": _("Interpolated"), "commutation": _("From the mortality table"),
    "round": _("Rounded"),
}  # fmt: skip


def words_in(text: Tree | None) -> str:
    """A text of the file in the reader's language."""
    if not isinstance(text, dict):
        return text if isinstance(text, str) else ""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    words = text.get(language)
    return words if isinstance(words, str) else ""


def _named(key: str, words: str) -> Any:
    def choices(tree: dict[str, Tree]) -> list[Choice]:
        items = tree.get(key)
        found = items.items() if isinstance(items, dict) else ()
        return [
            (name, f"{words_in(item.get(words)) or name} ({name})" if isinstance(item, dict) else name)
            for name, item in found
        ]

    return choices


plans_of = _named("plans", "name")
wordings_of = _named("wordings", "kind")
inputs_of = _named("inputs", "label")

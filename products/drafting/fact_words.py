"""Facts as staff read them: the words of the product for its own, the house's words for those the platform supplies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from products.drafting.choices import BENEFITS
from products.rules.decisions import DecisionTable
from products.rules.definition import Definition

PLATFORM: dict[str, Any] = {
    "age": _("The insured’s age"),
    "sex": _("The insured’s sex"),
    "holder_age": _("The policyholder’s age"),
    "relationship": _("The insured is the policyholder’s"),
    "existing_sum_insured": _("Sum insured with us already"),
    "policy_in_force": _("Policy in force on the day"),
    "exact_duplicate": _("The same claim again"),
    "overlaps_earlier_claim": _("Overlaps an earlier claim"),
    "coverage": _("Coverage"),
    "benefit": _("Kind of benefit"),
    "cause": _("Cause"),
    "days_since_start": _("Days since the cover began"),
    "past_waiting": _("Waiting period is over"),
    "stay_days": _("Days in hospital"),
    "payable_days": _("Days to be paid"),
    "amount": _("Amount claimed, in yuan"),
    "evidence_complete": _("All papers are there"),
    "reported_after_days": _("Days until it was reported"),
    "earlier_claims": _("Earlier claims"),
    "fraud_score": _("Fraud score"),
}
RELATIONSHIPS: dict[str, Any] = {
    "self": _("self"), "spouse": _("husband or wife"), "child": _("child"), "parent": _("father or mother"),
    "family": _("another close relative"), "employee": _("employee"), "staff": _("staff of the company"),
    "other": _("somebody else"), "unknown": _("unknown"),
}  # fmt: skip
# Question mark and full stop, in both scripts.
ENDS = ("?", ".", "\uff1f", "\u3002")
ANSWERS: dict[str, Any] = {"yes": _("yes"), "no": _("no"), "male": _("male"), "female": _("female")}


def fact_label(definition: Definition, key: str, table: DecisionTable | None = None) -> Any:
    """What a fact is called: in the table, by the product, by the house; the name in the file when nobody says."""
    columns = table.columns if table else ()
    labels = {column.key: column.label for column in columns if column.label}
    named = {item.key: item.label for item in definition.inputs} | {one.key: one.label for one in definition.derived}
    asked = {item.key: item.text for item in (*definition.questions, *definition.suitability)}
    return labels.get(key) or named.get(key) or asked.get(key) or PLATFORM.get(key, key)


def value_words(definition: Definition, key: str, value: Any) -> str:
    """What a fact's value is called."""
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    if key == "coverage" and text in definition.coverages_by_key:
        return str(definition.coverages_by_key[text].name)
    return str(_options(definition, key).get(text, text))


def facts_in_words(definition: Definition, facts: Mapping[str, Any], table: DecisionTable | None = None) -> str:
    """All of them in one line."""
    told = (
        _told(str(fact_label(definition, key, table)), value_words(definition, key, value))
        for key, value in facts.items()
    )
    return gettext("; ").join(told)


def _told(label: str, words: str) -> str:
    """A question is answered after its own mark; any other label gets a colon."""
    if label.endswith(ENDS):
        return f"{label} {words}"
    return gettext("%(choice)s: %(words)s") % {"choice": label, "words": words}


def _options(definition: Definition, key: str) -> Mapping[str, Any]:
    if key == "relationship":
        return RELATIONSHIPS
    if key == "benefit":
        return dict(BENEFITS)
    if key == "cause":
        return {event.cause: event.name for cover in definition.coverages for event in cover.events}
    found = {item.key: item.options for item in (*definition.questions, *definition.suitability)}
    options = (found | {item.key: item.options for item in definition.inputs}).get(key, ())
    return ANSWERS | {option.text: option.label for option in options}

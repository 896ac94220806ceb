"""Sentences that are stored: written in both languages at the moment of the decision, so that they never change."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from insureweb.kernel.localized import Localized

# A value may be a function: it is called in each language (for days, money, names).
Value = str | int | Promise | Localized | Callable[[], Any]


def in_both(sentence: str | Promise, **values: Value) -> Localized:
    """The sentence in Chinese and English with its values in place."""
    return Localized(zh_hans=_said("zh-hans", sentence, values), en=_said("en", sentence, values))


def _said(language: str, sentence: str | Promise, values: dict[str, Value]) -> str:
    with override(language):
        shown = {name: str(value()) if callable(value) else str(value) for name, value in values.items()}
        return str(sentence) % shown if shown else str(sentence)


# What each step of a sum is called; the small print has the step's own figures.
LINE_WORDS: dict[str, Any] = {
    "nights": _("Nights in hospital"),
    "deductible_days": _("Days of each stay that are not paid"),
    "days_left_stay": _("At most for one stay"),
    "days_left_year": _("At most in the policy year"),
    "days_paid": _("Days paid"),
    "daily_amount": _("Amount a day"),
    "sum_insured": _("Sum insured"),
    "costs": _("What you paid"),
    "deductible": _("Your own share first"),
    "after_deductible": _("Above your own share"),
    "share": _("Share we pay"),
    "limit_left": _("At most under this cover"),
    "pays": _("This cover pays"),
    "set_by_person": _("Set by an adjuster"),
}
LINE_NOTES: dict[str, Any] = {
    "nights": _("in on %(admitted)s, out on %(discharged)s"),
    "days_left_stay": _("%(most)s days, %(used)s of them used"),
    "days_left_year": _("%(most)s days, %(used)s of them used"),
    "limit_left": _("%(limit)s in all, %(used)s of it used"),
}
OPERATORS = {"": "", "-": "\u2212", "*": "\u00d7", "<=": "\u2264", "=": "="}

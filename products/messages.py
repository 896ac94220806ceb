"""Words for what can be wrong with a fact, translated when shown."""

from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, Any] = {
    "required": _("Enter or choose a value."),
    "unknown_field": _("This product does not use this field."),
    "unknown_plan": _("Choose one of the plans shown."),
    "plan_required": _("Choose a plan."),
    "not_text": _("This is not text or a number."),
    "too_long": _("Use at most {limit} characters."),
    "bad_characters": _("Remove characters that cannot be printed."),
    "not_whole_number": _("Enter a whole number in digits, for example 30."),
    "not_a_number": _("Enter a number in digits, for example 200000 or 12.5."),
    "outside": _("Enter a number from {low} to {high}."),
    "below": _("Enter {low} or more."),
    "above": _("Enter {high} or less."),
    "not_a_multiple": _("Enter a multiple of {step}."),
    "not_an_option": _("Choose one of the options shown."),
    "not_yes_or_no": _("Answer yes or no."),
    "not_a_date": _("Enter a date like 1995-08-31."),
}


def problem_words(code: str, values: dict[str, Any]) -> str | Promise:
    """The sentence for a problem, with its figures in place."""
    words = _WORDS[code]
    return format_lazy(words, **{key: _figure(value) for key, value in values.items()}) if values else words


def _figure(value: Any) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)

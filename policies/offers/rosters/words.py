"""Words of a roster: headings in both languages, and what is wrong with a cell."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from insureweb.kernel.localized import Localized
from policies.offers.rosters.rules.columns import ID_NUMBER, NAME, REASONS, REFERENCE
from products.messages import problem_words

_HEADINGS: dict[str, Promise] = {
    NAME: _("Name"),
    ID_NUMBER: _("Resident ID number"),
    REFERENCE: _("Row"),
    REASONS: _("What is wrong"),
}
_PROBLEMS: dict[str, Promise] = {
    "name_missing": _("Enter the name."),
    "name_too_long": _("This name is too long."),
    "name_not_a_name": _("This is not a name."),
    "age_outside": _("Aged %(value)s on the first day; people from %(low)s to %(high)s can be insured."),
    "sex_outside": _("This person cannot be insured under this product."),
    "id_rounded": _("The spreadsheet has rounded this number. Set the column to text and enter the number again."),
    "stands_twice": _("This person stands in row %(upload)s-%(line)s already."),
    "cell_unreadable": _("This cell holds a formula, a percentage or an error. Write the value itself."),
}


def in_both_languages(words: Promise, **values: Any) -> Localized:
    """A translated sentence in both languages, whatever language is active."""
    texts = []
    for language in ("zh-hans", "en"):
        with override(language):
            texts.append(str(words) % values)
    return Localized(*texts)


def heading(key: str) -> Localized:
    """The heading of a column every roster has."""
    return in_both_languages(_HEADINGS[key])


def problem_message(code: str, values: Mapping[str, Any]) -> str:
    """What is wrong, in the reader's language."""
    if code in _PROBLEMS:
        return str(_PROBLEMS[code]) % values
    return str(problem_words(code, dict(values)))

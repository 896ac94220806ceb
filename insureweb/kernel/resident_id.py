"""The resident identity number (GB 11643-1999): region, date of birth, sequence, check digit.

The region is checked to the province only. County codes came into use in 1984 and changed often, so a real person's
code may not have existed in the year of birth.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

LENGTH = 18
OLDEST_YEARS = 130
# Provinces, the residence permits of Hong Kong, Macao and Taiwan (81 to 83), and foreign permanent residents (9).
PROVINCES = frozenset({
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91",
})  # fmt: skip
WORDS: dict[str, Promise] = {
    "length": _("A resident ID number has 17 digits and a last digit or X. Please check for a missing one."),
    "region": _("The first two digits of this ID number are no region. Please check them."),
    "birth_date": _("Digits 7 to 14 of this ID number are not a date of birth. Please check them."),
    "future": _("The date of birth in this ID number lies in the future. Please check digits 7 to 14."),
    "too_old": _("The date of birth in this ID number is more than 130 years ago. Please check digits 7 to 14."),
    "check_digit": _("This ID number has a mistyped digit. Please compare it with the card."),
}


class ResidentIdInvalid(ValueError):
    """Not a resident ID. `code` says why: length, region, birth_date, future, too_old or check_digit."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ResidentId:
    number: str
    birth_date: date
    sex: str


def read_resident_id(text: str, *, today: date) -> ResidentId:
    """The number in its one spelling, with what it tells.

    Raises:
        ResidentIdInvalid: with the first reason found.
    """
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if (
        len(number) != LENGTH
        or not (number[:-1].isascii() and number[:-1].isdigit())
        or number[-1] not in "0123456789X"
    ):
        raise ResidentIdInvalid("length")
    if number[:2] not in PROVINCES:
        raise ResidentIdInvalid("region")
    birth_date = _birth_date(number)
    if birth_date > today:
        raise ResidentIdInvalid("future")
    if today.year - birth_date.year > OLDEST_YEARS:
        raise ResidentIdInvalid("too_old")
    if number[-1] != ric.calc_check_digit(number):
        raise ResidentIdInvalid("check_digit")
    return ResidentId(number, birth_date, "male" if int(number[16]) % 2 else "female")


def _birth_date(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ResidentIdInvalid("birth_date") from None


def with_check_digit(first_seventeen: str) -> str:
    """A number that passes, for invented people."""
    return first_seventeen + ric.calc_check_digit(first_seventeen + "0")

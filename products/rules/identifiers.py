"""Numbers that name companies and vehicles: one spelling, and the check their standard gives.

Plates follow GA 36-2018: a province, a letter of the place, then five characters, or six for new-energy vehicles.
Vehicle identification numbers follow ISO 3779 with the check digit of GB 16735-2019.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

# The 31 provinces, from Beijing to Qiong (Hainan).
PROVINCES = (
    "\u4eac\u6d25\u5180\u664b\u8499\u8fbd\u5409\u9ed1\u6caa\u82cf\u6d59\u7696\u95fd\u8d63\u9c81\u8c6b"
    "\u9102\u6e58\u7ca4\u6842\u743c\u6e1d\u5ddd\u8d35\u4e91\u85cf\u9655\u7518\u9752\u5b81\u65b0"
)
# Trailer, driving school, police, Hong Kong and Macao vehicles end in a word.
LAST_WORDS = "\u6302\u5b66\u8b66\u6e2f\u6fb3"
_SIGN = "A-HJ-NP-Z0-9"
_PLACE = f"[{PROVINCES}][A-HJ-NP-Z]"
_ORDINARY = re.compile(f"{_PLACE}[{_SIGN}]{{4}}[{_SIGN}{LAST_WORDS}]")
# Small ones carry their energy letter first, large ones last: A to E run on electricity alone, F to K do not.
_NEW_ENERGY = re.compile(f"{_PLACE}([A-HJK][{_SIGN}]\\d{{4}}|\\d{{5}}[A-HJK])", re.ASCII)
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)], strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_CHECK_PLACE = 8


class IdentifierInvalid(ValueError):
    """Not a number of this kind; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _spelled(text: str) -> str:
    """Half-width capitals without blanks, hyphens and the dot printed on a plate."""
    return re.sub(r"[\s\-\u00b7\u2022\u30fb.]", "", unicodedata.normalize("NFKC", text)).upper()


def read_company_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015). Raises IdentifierInvalid."""
    try:
        return str(uscc.validate(_spelled(text)))
    except ValidationError:
        raise IdentifierInvalid("not_a_company_code") from None


def read_plate(text: str) -> str:
    """A mainland number plate, ordinary or new-energy. Raises IdentifierInvalid."""
    plate = _spelled(text)
    if not (_ORDINARY.fullmatch(plate) or _NEW_ENERGY.fullmatch(plate)):
        raise IdentifierInvalid("not_a_plate")
    return plate


def read_vin(text: str) -> str:
    """A vehicle identification number with its check digit. Raises IdentifierInvalid."""
    vin = _spelled(text)
    if not _VIN.fullmatch(vin):
        raise IdentifierInvalid("not_a_vin")
    if vin[VIN_CHECK_PLACE] != vin_check_digit(vin):
        raise IdentifierInvalid("vin_check_digit")
    return vin


def vin_check_digit(vin: str) -> str:
    """The ninth character the other sixteen ask for."""
    values = (int(sign) if sign.isdigit() else _VIN_VALUES[sign] for sign in vin)
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)

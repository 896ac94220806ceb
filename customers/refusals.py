"""The sentences for what a person typed and we cannot take."""

from collections.abc import Callable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.rules.details import DetailInvalid
from insureweb.kernel.checks import Refused
from insureweb.kernel.resident_id import ResidentId, ResidentIdInvalid, read_resident_id

RESIDENT_ID: dict[str, Promise] = {
    "length": _("A resident ID number has 17 digits and a last digit or X. Please check for a missing one."),
    "region": _("The first two digits of this ID number are no region. Please check them."),
    "birth_date": _("Digits 7 to 14 of this ID number are not a date of birth. Please check them."),
    "future": _("The date of birth in this ID number lies in the future. Please check digits 7 to 14."),
    "too_old": _("The date of birth in this ID number is more than 130 years ago. Please check digits 7 to 14."),
    "check_digit": _("This ID number has a mistyped digit. Please compare it with the card."),
}
DETAILS: dict[tuple[str, str], Promise] = {
    ("name", "missing"): _("Enter the name as it stands on the identity document."),
    ("name", "too_long"): _("This name is longer than 60 characters. Enter it as on the identity document."),
    ("name", "not_a_name"): _("This name has characters no identity document has. Please type it again."),
    ("phone", "not_a_phone"): _("This is not a phone number we can reach. A mainland mobile number has 11 digits."),
    ("bank_account", "not_an_account"): _("A bank account number has 8 to 30 digits. Please check it."),
    ("address", "too_long"): _("This address is longer than 200 characters. Please shorten it."),
    ("address", "not_an_address"): _("This address has characters we cannot print. Please type it again."),
    ("id_number", "not_a_company_code"): _("This is not a unified social credit code. It has 18 characters."),
    ("id_number", "not_a_passport"): _("This is not a passport number. It has 5 to 20 letters and digits."),
}


def resident_id(text: str, *, today: date) -> ResidentId:
    """The resident ID, or a `Refused` at id_number."""
    try:
        return read_resident_id(text, today=today)
    except ResidentIdInvalid as invalid:
        raise Refused(f"id_number_{invalid.code}", RESIDENT_ID[invalid.code], field="id_number") from invalid


def detail(read: Callable[[str], str], text: str) -> str:
    """The detail in its one spelling, or a `Refused` at its field."""
    try:
        return read(text)
    except DetailInvalid as invalid:
        words = DETAILS[(invalid.field, invalid.code)]
        raise Refused(f"{invalid.field}_{invalid.code}", words, field=invalid.field) from invalid

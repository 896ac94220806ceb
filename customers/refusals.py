"""The sentences for what a person typed and we cannot take."""

from collections.abc import Callable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.rules.details import DetailInvalid
from insureweb.kernel.checks import Refused
from insureweb.kernel.resident_id import WORDS, ResidentId, ResidentIdInvalid, read_resident_id

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
        raise Refused(f"id_number_{invalid.code}", WORDS[invalid.code], field="id_number") from invalid


def detail(read: Callable[[str], str], text: str) -> str:
    """The detail in its one spelling, or a `Refused` at its field."""
    try:
        return read(text)
    except DetailInvalid as invalid:
        words = DETAILS[(invalid.field, invalid.code)]
        raise Refused(f"{invalid.field}_{invalid.code}", words, field=invalid.field) from invalid

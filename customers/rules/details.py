"""One spelling for names, phones, accounts and addresses; refusing what cannot be one."""

import re
import unicodedata

import phonenumbers
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

LONGEST_NAME = 60
LONGEST_ADDRESS = 200
ACCOUNT = re.compile(r"[0-9]{8,30}")
PASSPORT = re.compile(r"[A-Z0-9]{5,20}")


class DetailInvalid(ValueError):
    """What was typed cannot be what it should be. `field` names it, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in text)


def read_name(text: str) -> str:
    """Raises `DetailInvalid` for an empty, endless or unprintable name, or one without a letter."""
    name = _clean(text)
    if not name:
        raise DetailInvalid("name", "missing")
    if len(name) > LONGEST_NAME:
        raise DetailInvalid("name", "too_long")
    if _has_control(name) or not any(character.isalpha() for character in name) or any(c in name for c in "<>{}[]\\"):
        raise DetailInvalid("name", "not_a_name")
    return name


def read_phone(text: str) -> str:
    """Mainland numbers in eleven digits, others in international form; empty stays empty."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return ""
    try:
        number = phonenumbers.parse(typed[:40], "CN")
    except phonenumbers.NumberParseException:
        raise DetailInvalid("phone", "not_a_phone") from None
    if not phonenumbers.is_valid_number(number):
        raise DetailInvalid("phone", "not_a_phone")
    if number.country_code == 86:
        return phonenumbers.national_significant_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_bank_account(text: str) -> str:
    """Digits only, 8 to 30 of them."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    if not ACCOUNT.fullmatch(digits):
        raise DetailInvalid("bank_account", "not_an_account")
    return digits


def read_address(text: str) -> str:
    address = _clean(text)
    if len(address) > LONGEST_ADDRESS:
        raise DetailInvalid("address", "too_long")
    if _has_control(address):
        raise DetailInvalid("address", "not_an_address")
    return address


def read_company_code(text: str) -> str:
    """A unified social credit code with its check character (GB 32100-2015)."""
    try:
        return str(uscc.validate(unicodedata.normalize("NFKC", text)))
    except ValidationError:
        raise DetailInvalid("id_number", "not_a_company_code") from None


def read_passport(text: str) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not PASSPORT.fullmatch(number):
        raise DetailInvalid("id_number", "not_a_passport")
    return number

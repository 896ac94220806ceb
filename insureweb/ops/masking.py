"""Personal data and secrets never reach a log: values are masked by the name they carry and by what they look like."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

MASK = "****"
DEEPEST = 6
# A value under one of these names is hidden whatever it looks like.
SECRET_NAMES = frozenset({
    "access_key", "access_token", "account_number", "address", "answers", "api_key", "applicant_name", "authorization",
    "bank_account", "bank_card", "beneficiary_name", "birth_date", "card_number", "code", "cookie", "csrftoken",
    "customer_name", "e_mail", "email", "facts", "full_name", "holder_name", "id_card", "id_number", "insured_name",
    "login_code", "mail", "mobile", "new_password", "old_password", "otp", "owner_token", "passphrase", "password",
    "payee_account", "payee_name", "phone", "phone_number", "private_key", "real_name", "recovery_code", "secret",
    "secret_key", "session_key", "sessionid", "set_cookie", "sign", "signature", "sms_code", "token",
    "verification_code",
})  # fmt: skip

EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
CARD = re.compile(r"(?<![0-9A-Za-z.-])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
SECRET_PARAMETER = re.compile(
    r"(?i)(?<![a-z])((?:access_|csrf|csrfmiddleware|owner_|id_)?token|code|key|otp|password|secret|sessionid|sign|signature)"
    r"(=|%3D|['\"]?: ?['\"])([^&\s'\",;]+)"
)
BEARER = re.compile(r"(?i)\b(Bearer|Basic|Token)\s+[\w.~+/=-]{8,}")
JSON_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
SPOKEN_CODE = re.compile(r"(?i)(\bcode|验证码)([\s:：=是为]{1,4}(?:is )?)(?=[A-Z-]*\d)[A-Z0-9][A-Z0-9-]{3,11}\b")
URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@")
# PostgreSQL quotes the offending row and key values in its error details.
FAILING_ROW = re.compile(r"(Failing row contains )\(.*\)", re.DOTALL)
KEY_VALUE = re.compile(r"(Key \([^)]*\)=)\([^\n]*?\)(?= |\.|$)")

# A quick look first: most log text holds none of this, and the full search is slow.
WORTH_A_LOOK = re.compile(
    r"@|eyJ|\d(?:[ -]?\d){10}|(?i:code|key|otp|pass|secret|sess|sign|token|bearer|basic|row|验证码)"
)

Replacement = str | Callable[[re.Match[str]], str]


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812: what tells a card number from any long number."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _card(found: re.Match[str]) -> str:
    return "[card]" if _passes_luhn(re.sub(r"\D", "", found[0])) else found[0]


PATTERNS: list[tuple[re.Pattern[str], Replacement]] = [
    (FAILING_ROW, r"\1([row])"),
    (KEY_VALUE, r"\1([value])"),
    (JSON_WEB_TOKEN, "[token]"),
    (BEARER, r"\1 [token]"),
    (URL_PASSWORD, r"\1:****@"),
    (SECRET_PARAMETER, r"\1\2****"),
    (SPOKEN_CODE, r"\1\2****"),
    (EMAIL, "[email]"),
    (IDENTITY, "[identity]"),
    (CARD, _card),
    (PHONE, "[phone]"),
]


def mask_text(text: str) -> str:
    """The text with everything that looks personal or secret replaced by what it was."""
    if not WORTH_A_LOOK.search(text):
        return text
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def is_secret_name(name: object) -> bool:
    return str(name).lower().replace("-", "_") in SECRET_NAMES


def _is_hidden(name: object, value: object) -> bool:
    """An HTTP status is logged as `code` too; it is a number, a verification code is text."""
    if value in (None, "") or (name == "code" and isinstance(value, int)):
        return False
    return is_secret_name(name)


def mask_value(value: Any, depth: int = 0) -> Any:
    """The same shape with masked text; an object of ours is shown by its masked text."""
    if value is None or isinstance(value, bool | int | float):
        return mask_text(str(value)) if isinstance(value, int) and abs(value) > 10**9 else value
    if isinstance(value, str):
        return mask_text(value)
    if depth >= DEEPEST:
        return MASK
    if isinstance(value, Mapping):
        return {key: MASK if _is_hidden(key, item) else mask_value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(item, depth + 1) for item in value]
    return mask_text(str(value))


def mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: runs after everything that adds text and before the renderer."""
    kept = {name: value for name, value in event.items() if name.startswith("_")}
    shown = {name: value for name, value in event.items() if not name.startswith("_")}
    return {**mask_value(shown), **kept}

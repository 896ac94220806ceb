"""Values in one language, as they are printed. Days and sums do not depend on the reader's settings."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import LANGUAGES, Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import BUSINESS_ZONE, Period

SIGNS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$"}
Words = Mapping[str, Any]


def printed(value: Any, language: str, words: Words) -> Any:
    """A value or a whole tree of them as text, lists and dictionaries of text.

    `words` is the language's part of `typst/words.yaml`.
    """
    if isinstance(value, Localized):
        return value.get(language)
    if isinstance(value, Mapping):
        if set(value) == set(LANGUAGES):
            return str(value[language])
        return {str(key): printed(part, language, words) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [printed(part, language, words) for part in value]
    return _scalar(value, words)


def _scalar(value: Any, words: Words) -> str:
    match value:
        case Money():
            text = money(value)
        case Period():
            text = period(value, words)
        case datetime():
            local = value.astimezone(BUSINESS_ZONE)
            text = f"{day(local.date(), words)} {local:%H:%M}"
        case date():
            text = day(value, words)
        case bool():
            text = str(words["affirmed"] if value else words["denied"])
        case None | str() | int() | Decimal():
            text = "" if value is None else str(value)
        case _:
            raise TypeError(f"A document cannot print a {type(value).__name__}.")
    return text


def money(value: Money) -> str:
    minus = "\u2212" if value.amount < 0 else ""
    return f"{minus}{SIGNS.get(value.currency, value.currency + ' ')}{abs(value.amount):,.2f}"


def day(value: date, words: Words) -> str:
    months = words["months"]
    return str(words["day"]).format(year=value.year, month=months[value.month - 1], day=value.day)


def period(value: Period, words: Words) -> str:
    """From 00:00 of the first day to 24:00 of the last; other bounds with their hour."""
    last = value.last_day if value.end.astimezone(BUSINESS_ZONE).time().isoformat() == "00:00:00" else None
    end = f"{day(last, words)} 24:00" if last else _scalar(value.end, words)
    start = _scalar(value.start, words)
    return str(words["from_to"]).format(start=start, end=end)


def amount_in_words(value: Money, words: Words) -> str:
    """Yuan in capitals (大写金额), as Chinese contracts repeat a sum; empty in a language that has no such custom."""
    numerals = words.get("numerals")
    if not numerals or value.currency != "CNY" or value.amount < 0:
        return ""
    cents = int(value.quantise().amount * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    digits, units = numerals["digits"], numerals["units"]
    text = _whole(yuan, numerals) + units["yuan"] if yuan or not cents else ""
    if not jiao and not fen:
        return f"{numerals['before']}{text}{units['whole']}"
    if jiao:
        text += digits[jiao] + units["jiao"]
    elif yuan:
        text += digits[0]
    return f"{numerals['before']}{text}{digits[fen] + units['fen'] if fen else units['whole']}"


def _whole(number: int, numerals: Words) -> str:
    """A whole number in capitals, four digits a group, with one zero for any run of zeros inside."""
    digits, places, groups = numerals["digits"], numerals["places"], numerals["groups"]
    if number == 0:
        return str(digits[0])
    text, gap = "", False
    figures = str(number)
    for index, figure in enumerate(figures):
        place = len(figures) - index - 1
        if figure == "0":
            gap = True
        else:
            text += (digits[0] if gap and text else "") + digits[int(figure)] + places[place % 4]
            gap = False
        group_is_empty = figures[max(0, index - 3) : index + 1].strip("0") == ""
        if place and place % 4 == 0 and not group_is_empty:
            text += groups[place // 4]
    return text

"""Sentences for messages and letters, in both languages at once, from the translation catalogue."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from insureweb.kernel.localized import LANGUAGES, Localized
from insureweb.kernel.money import Money
from insureweb.kernel.templatetags.house import day_text, money_text


def in_both_languages(words: str | Promise, **values: Any) -> Localized:
    """A translatable sentence as `Localized`; values that are `Localized` are filled in each language."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            filled = {
                key: value.get(language) if isinstance(value, Localized) else value for key, value in values.items()
            }
            texts[language] = str(words) % filled if filled else str(words)
    return Localized.read(texts)


def day_in(instant: datetime) -> Localized:
    """A day in Shanghai as each language writes it."""
    return _each(lambda: day_text(instant))


def money_in(amount: Money) -> Localized:
    """An amount as each language writes it."""
    return _each(lambda: money_text(amount))


def _each(write: Callable[[], str]) -> Localized:
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = write()
    return Localized.read(texts)

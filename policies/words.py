"""Sentences for messages and letters, in both languages at once, from the translation catalogue."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from insureweb.kernel.localized import LANGUAGES, Localized


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

"""Marking the words that were looked for."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def marked(text: Any, words: Sequence[str] | None = None) -> SafeString:
    """The text with every one of the words in <mark>; without words the text alone. Both are escaped."""
    if not words:
        return conditional_escape(str(text))
    parts = _pattern(tuple(words)).split(str(text))
    # Escaped piece by piece; only our own <mark> is not.
    shown = [
        format_html("<mark>{}</mark>", part) if place % 2 else conditional_escape(part)
        for place, part in enumerate(parts)
    ]
    return mark_safe("".join(shown))  # noqa: S308


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    found = [rf"\b{re.escape(word)}(?:s|es)?\b" if word.isascii() else re.escape(word) for word in words if word]
    return re.compile(f"({'|'.join(found)})", re.IGNORECASE)

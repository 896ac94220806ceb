"""A place of the product file in words: the labels of the forms, with the file's own names between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from products.drafting.parts import PARTS
from products.drafting.shapes import Both, Entry, Group, Rows

ARROW = " › "
LANGUAGES = {"zh-hans": _("Chinese"), "en": _("English")}
KNOWN = {
    "rating": _("Rating"), "tables": _("Tables"), "rows": _("Rows"), "steps": _("Steps"), "lines": _("Premium lines"),
    "words": _("Words"), "rules": _("Rules"), "reason": _("Reason"), "when": _("Conditions"), "then": _("Outcome"),
    "columns": _("Columns"), "underwriting": _("Underwriting table"), "claims": _("Claims table"),
    "hit": _("Hit policy"), "otherwise": _("Otherwise"), "outputs": _("Outputs"), "life": _("Life basis"), **LANGUAGES,
}  # fmt: skip


def place_words(path: Sequence[str]) -> str:
    """`("shop", "promise", "en")` as "How the shop shows it › The promise in one line › English"."""
    words, entries = [], [entry for part in PARTS for entry in part.entries]
    rest = list(path)
    while rest:
        key = rest.pop(0)
        entry = _find(entries, key)
        words.append(str(entry.label) if entry else str(KNOWN.get(key, key)))
        entries = []
        if isinstance(entry, Group):
            entries = list(entry.entries)
        elif isinstance(entry, Rows) and rest:
            words.append(rest.pop(0))
            entries = list(entry.entries)
        elif isinstance(entry, Both) and rest and rest[0] in LANGUAGES:
            words.append(str(LANGUAGES[rest.pop(0)]))
    return ARROW.join(words)


def _find(entries: Iterable[Entry], key: str) -> Entry | None:
    return next((entry for entry in entries if entry.key == key), None)

"""Clause bodies as HTML: paragraphs, lists and bold words; everything else is text."""

import re
from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def clause_html(body: str) -> SafeString:
    """The body of a clause; characters of HTML in it stay characters."""
    return mark_safe("".join(_blocks(body)))  # noqa: S308 - every piece below is escaped


def _blocks(body: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        if all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{_inline(line[2:])}</li>" for line in lines)
            yield f"<ul>{items}</ul>"
        else:
            yield f"<p>{_inline(' '.join(lines))}</p>"


def _inline(text: str) -> str:
    pieces, position = [], 0
    for match in _BOLD.finditer(text):
        pieces += [escape(text[position : match.start()]), format_html("<strong>{}</strong>", match[1])]
        position = match.end()
    return "".join([*pieces, escape(text[position:])])

"""Clause bodies as HTML: paragraphs, lists and bold words; everything else is text."""

from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from products.wording_text import Run, blocks


def clause_html(body: str) -> SafeString:
    """The body of a clause; characters of HTML in it stay characters."""
    return mark_safe("".join(_blocks(body)))  # noqa: S308 - every piece below is escaped


def _blocks(body: str) -> Iterator[str]:
    for block in blocks(body):
        if block.is_list:
            yield f"<ul>{''.join(f'<li>{_inline(line)}</li>' for line in block.lines)}</ul>"
        else:
            yield f"<p>{_inline(block.lines[0])}</p>"


def _inline(runs: tuple[Run, ...]) -> str:
    return "".join(format_html("<strong>{}</strong>", run.text) if run.is_bold else escape(run.text) for run in runs)

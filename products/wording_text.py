"""The little Markdown of wordings: paragraphs, lists and bold words, for pages and for print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, bold or not."""

    text: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of one line, or a list of several."""

    is_list: bool
    lines: tuple[tuple[Run, ...], ...]


def blocks(body: str) -> Iterator[Block]:
    """The blocks of a clause's body, in order."""
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        if all(line.startswith("- ") for line in lines):
            yield Block(True, tuple(runs(line[2:]) for line in lines))
        else:
            yield Block(False, (runs(" ".join(lines)),))


def runs(text: str) -> tuple[Run, ...]:
    """A line cut where it turns bold."""
    pieces, position = [], 0
    for match in _BOLD.finditer(text):
        pieces += [Run(text[position : match.start()]), Run(match[1], is_bold=True)]
        position = match.end()
    return tuple(run for run in (*pieces, Run(text[position:])) if run.text)

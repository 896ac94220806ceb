"""Wordings: Markdown with numbered clauses, one file a language, the same numbers in both.

# Title
## 2 What we pay
### 2.3.1 Accidental death
Paragraphs, `- ` lists and **bold** words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from products.rules.document import ProductFileError

_HEADING = re.compile(r"(#{1,6})\s+(.+)")
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,4})\s+(.+)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause; its body is plain paragraphs, list items begin with '- ', bold stands between '**'."""

    number: str
    title: Localized
    body: Localized

    @property
    def anchor(self) -> str:
        return f"clause-{self.number}"

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1


@dataclass(frozen=True, slots=True)
class Wording:
    """A document of the contract in both languages; the Chinese text is authoritative."""

    key: str
    kind: str
    version: str
    registered_number: str
    title: Localized
    clauses: tuple[Clause, ...]
    text: Localized

    def clause(self, number: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.number == number), None)


@dataclass(frozen=True, slots=True)
class _Section:
    number: str
    title: str
    body: str
    line: int


def read_clauses(zh_hans: str, en: str, path: str) -> tuple[Localized, tuple[Clause, ...]]:
    """Title and clauses of a wording from its two texts.

    Raises:
        ProductFileError: no title, a heading without a number, or numbers that differ between the languages.
    """
    chinese_title, chinese = _sections(zh_hans, f"{path}.zh-hans")
    english_title, english = _sections(en, f"{path}.en")
    for ours, theirs in zip(chinese, english, strict=False):
        if ours.number != theirs.number:
            message = f"clause {theirs.number} stands where the Chinese text has {ours.number}"
            raise ProductFileError(theirs.line, f"{path}.en", message)
    if len(chinese) != len(english):
        raise ProductFileError(1, f"{path}.en", f"{len(english)} clauses, the Chinese text has {len(chinese)}")
    clauses = tuple(
        Clause(ours.number, Localized(ours.title, theirs.title), Localized(ours.body, theirs.body))
        for ours, theirs in zip(chinese, english, strict=True)
    )
    return Localized(chinese_title, english_title), clauses


def _sections(text: str, path: str) -> tuple[str, list[_Section]]:
    title, sections, body, seen = "", [], list[str](), set[str]()
    current: tuple[str, str, int] | None = None
    for line, content in enumerate(text.splitlines(), start=1):
        heading = _HEADING.fullmatch(content.strip())
        if heading is None:
            body.append(content.rstrip())
            continue
        if len(heading[1]) == 1:
            title = heading[2].strip()
            continue
        if current:
            sections.append(_Section(current[0], current[1], "\n".join(body).strip(), current[2]))
        body = []
        current = _numbered(heading[2], line, path, seen)
    if current:
        sections.append(_Section(current[0], current[1], "\n".join(body).strip(), current[2]))
    if not title or not sections:
        raise ProductFileError(1, path, "a wording needs a '# title' and at least one '## 1 clause'")
    return title, sections


def _numbered(heading: str, line: int, path: str, seen: set[str]) -> tuple[str, str, int]:
    match = _NUMBERED.fullmatch(heading.strip())
    if match is None:
        raise ProductFileError(line, path, f"the heading '{heading[:60]}' has no clause number")
    if match[1] in seen:
        raise ProductFileError(line, path, f"clause {match[1]} stands twice")
    seen.add(match[1])
    return match[1], match[2].strip(), line

"""Words for the search: how a product's text is cut, and what a visitor's words may stand for.

Chinese has no spaces. Text is cut into words by rjieba and into pairs of characters as well, so that a word the
dictionary does not know, or cuts differently, is found all the same. What a visitor types is first compared with the
synonym table, the longest entry first; the rest is cut the same way as the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from products.rules.document import Node

MAX_QUERY_CHARACTERS = 80
MAX_GROUPS = 8
MAX_LEXEME = 40
_LATIN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_FACET = re.compile(r"(category|need|for):[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Group:
    """One thing asked for: the words that would do, and the facets that products of that sort carry."""

    words: tuple[str, ...]
    facets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Synonyms:
    """The table: a group by each of its words, a pattern that finds them, and the words that say nothing."""

    by_word: Mapping[str, Group]
    pattern: re.Pattern[str]
    ignored: frozenset[str]


def read_synonyms(root: Node) -> Synonyms:
    """The meaning of products/tables/synonyms.yaml. A word in two groups stands for both.

    Raises:
        ProductFileError: with line and place.
    """
    fields = root.fields("ignored synonyms")
    by_word: dict[str, Group] = {}
    for node in fields["synonyms"].items():
        entry = node.fields("words", "facets")
        group = Group(
            tuple(normalised(item.text(max_length=40)) for item in entry["words"].items(at_least=1)),
            tuple(_facet(item) for item in entry.items_of("facets")),
        )
        for word in group.words:
            known = by_word.get(word, Group(()))
            by_word[word] = Group(
                tuple(dict.fromkeys(known.words + group.words)), tuple(dict.fromkeys(known.facets + group.facets))
            )
    ignored = frozenset(normalised(item.text(max_length=40)) for item in fields["ignored"].items())
    return Synonyms(by_word, _pattern(by_word), ignored)


def _facet(node: Node) -> str:
    text = node.text(max_length=60)
    if not _FACET.fullmatch(text):
        raise node.error("a facet is written category:…, need:… or for:…")
    return text


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds table entries in a query: Latin ones as whole words, also in a plain plural."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    parts = [rf"(?<![a-z0-9]){word}(?:s|es)?(?![a-z0-9])" if word.isascii() else word for word in longest_first]
    return re.compile("|".join(f"({part})" for part in parts) or r"(?!)")


def normalised(text: str) -> str:
    """Lower case, full-width letters made ordinary, everything but letters and digits a space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(mark if mark.isalnum() else " " for mark in folded).split())


# --- What a product's text is found by --------------------------------------------------------------------------------


def lexemes(text: str) -> Iterator[str]:
    """Every word and every pair of characters of a text; single characters stand by themselves only."""
    for run in _RUN.findall(normalised(text)):
        if _LATIN.fullmatch(run):
            yield singular(run)[:MAX_LEXEME]
        else:
            yield from pairs(run)
            yield from (word for word in rjieba.cut(run) if 2 < len(word) <= MAX_LEXEME)


def pairs(run: str) -> tuple[str, ...]:
    """The pairs of neighbouring characters; one character is its own."""
    return tuple(first + second for first, second in pairwise(run)) or (run,)


def singular(word: str) -> str:
    """A plain English plural without its ending, so that bills and bill are one."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


# --- What a visitor asks for ------------------------------------------------------------------------------------------


def groups_of(text: str, synonyms: Synonyms) -> tuple[Group, ...]:
    """What is asked for, one group a thing. Empty when nothing is left after the words that say nothing."""
    left = normalised(text[: 4 * MAX_QUERY_CHARACTERS])[:MAX_QUERY_CHARACTERS]
    found: list[Group] = []
    place = 0
    for match in synonyms.pattern.finditer(left):
        found += _plain_groups(left[place : match.start()], synonyms)
        found.append(_known(match[0], synonyms))
        place = match.end()
    found += _plain_groups(left[place:], synonyms)
    many = [group for group in found if any(len(word) > 1 for word in group.words)]
    return tuple(dict.fromkeys(many or found))[:MAX_GROUPS]


def _known(word: str, synonyms: Synonyms) -> Group:
    plain = next(form for form in (word, word[:-1], word[:-2]) if form in synonyms.by_word)
    return synonyms.by_word[plain]


def _plain_groups(text: str, synonyms: Synonyms) -> Iterator[Group]:
    for run in _RUN.findall(text):
        words = [run] if _LATIN.fullmatch(run) else rjieba.cut(run)
        yield from (Group((word,)) for word in words if word not in synonyms.ignored)


def words_of(groups: Iterable[Group]) -> tuple[str, ...]:
    """Every word that may be marked in a result, longest first."""
    words = {word for group in groups for word in group.words}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


# --- The same for PostgreSQL ------------------------------------------------------------------------------------------
# Lexemes hold letters and digits only and facets are checked, so that quoting them is enough.


def vector_text(by_weight: Mapping[str, Iterable[str]], facets: Iterable[str]) -> str:
    """The text of a tsvector, whatever the locale of the database: each lexeme with its strongest weight (A to D)."""
    weights: dict[str, str] = dict.fromkeys((f"{facet}" for facet in facets), "A")
    for weight, texts in sorted(by_weight.items()):
        for lexeme in (one for text in texts for one in lexemes(text)):
            weights.setdefault(lexeme, weight)
    return " ".join(f"'{lexeme}':1{weight}" for lexeme, weight in sorted(weights.items()))


def query_text(groups: Iterable[Group], *, every: bool = True) -> str:
    """The text of a tsquery: every group, or any of them, and in a group any of its words."""
    return (" & " if every else " | ").join(f"({_group_text(group)})" for group in groups)


def _group_text(group: Group) -> str:
    words = [_word_text(word) for word in group.words]
    return " | ".join(filter(None, words + [f"'{facet}'" for facet in group.facets]))


def _word_text(word: str) -> str:
    """All pairs of the word; a single character matches whatever begins with it."""
    parts: list[str] = []
    for run in _RUN.findall(word):
        if _LATIN.fullmatch(run):
            parts.append(f"'{singular(run)[:MAX_LEXEME]}'")
        elif len(run) == 1:
            parts.append(f"'{run}':*")
        else:
            parts += [f"'{pair}'" for pair in pairs(run)]
    return f"({' & '.join(parts)})" if len(parts) > 1 else "".join(parts)

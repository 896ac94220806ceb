"""Finding products by words: the documents in PostgreSQL, and the words to mark in what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, Value

from products.models import SearchDocument
from products.rules.search_text import MAX_QUERY_CHARACTERS, Group, groups_of, query_text, words_of
from products.selectors import Offered
from products.shop_tables import synonyms


class _TsQuery(Func):
    """A tsquery from its own text, so that no dictionary or locale of the database has a say."""

    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()


class _Matches(Func):
    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


@dataclass(frozen=True)
class Found:
    """What was found, best first. `exact` is false when no product has all that was asked for, but these have some."""

    asked: str
    items: tuple[Offered, ...]
    words: tuple[str, ...]
    exact: bool

    @property
    def is_asked(self) -> bool:
        """False when nothing was typed, or nothing but words like “insurance”."""
        return bool(self.words)


def as_asked(text: Any) -> str:
    """What a visitor typed, as it may be shown again: printable and short."""
    plain = "".join(mark if mark.isprintable() else " " for mark in str(text)[: 4 * MAX_QUERY_CHARACTERS])
    return " ".join(plain.split())[:MAX_QUERY_CHARACTERS]


def find(text: Any, items: Sequence[Offered]) -> Found:
    """The products among `items` that have what is asked for; failing that, those that have any of it. One or two
    queries; none when nothing is asked.
    """
    asked = as_asked(text)
    groups = groups_of(asked, synonyms())
    if not groups:
        return Found(asked, tuple(items), (), exact=True)
    words = words_of(groups)
    found = _matching(groups, items, every=True)
    if found or len(groups) == 1:
        return Found(asked, found, words, exact=True)
    return Found(asked, _matching(groups, items, every=False), words, exact=False)


def _matching(groups: Sequence[Group], items: Sequence[Offered], *, every: bool) -> tuple[Offered, ...]:
    wanted = _TsQuery(Value(query_text(groups, every=every)))
    any_of_it = _TsQuery(Value(query_text(groups, every=False)))
    rank = Func(F("terms"), any_of_it, function="ts_rank", output_field=FloatField())
    rows = (
        SearchDocument.objects.filter(_Matches(F("terms"), wanted), version_id__in=[item.version.pk for item in items])
        .annotate(rank=rank)
        .values_list("version_id", "rank")
    )
    ranks: dict[int, float] = dict(rows)
    found = [item for item in items if item.version.pk in ranks]
    later = _for_companies(groups, items)
    return tuple(
        sorted(
            found,
            key=lambda item: (item.code in later, -ranks[item.version.pk], item.definition.shop.order, item.code),
        )
    )


def _for_companies(groups: Sequence[Group], items: Sequence[Offered]) -> frozenset[str]:
    """Products sold to companies alone: they follow those a person can buy, unless companies are what is asked for, by
    name or by a type of cover that nobody else buys.
    """
    asked = {facet for group in groups for facet in group.facets}
    personal = {f"category:{item.definition.category}" for item in items if not _is_for_companies(item)}
    if "for:company" in asked:
        return frozenset()
    theirs = (item for item in items if _is_for_companies(item))
    return frozenset(item.code for item in theirs if f"category:{item.definition.category}" not in asked - personal)


def _is_for_companies(item: Offered) -> bool:
    return item.definition.audience == ("company",)

"""Compares a stored price with the one worked out again, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FIGURES = ("product", "version", "currency", "total", "premium", "tax", "tariff_hash", "hash")


def price_differences(stored: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """What differs between two breakdowns as they are stored; words are left out, they are not what was agreed."""
    for key in FIGURES:
        yield from _difference(key, stored.get(key), again.get(key))
    for key, value in {**stored.get("facts", {}), **again["facts"]}.items():
        yield from _difference(f"fact {key}", stored.get("facts", {}).get(key), again["facts"].get(key, value))
    yield from _rows("coverage", ("unrounded", "rounded"), stored.get("coverages", []), again["coverages"])
    yield from _rows("step", ("kind", "operands", "unrounded", "amount"), stored.get("steps", []), again["steps"])


def _rows(
    name: str, figures: tuple[str, ...], stored: list[Mapping[str, Any]], again: list[Mapping[str, Any]]
) -> Iterator[str]:
    before, after = ({row[name]: row for row in rows} for rows in (stored, again))
    for key in dict.fromkeys((*before, *after)):
        if key not in before or key not in after:
            yield f"{name} {key}: {'not stored' if key not in before else 'no longer there'}"
            continue
        for figure in figures:
            yield from _difference(f"{name} {key}, {figure}", before[key].get(figure), after[key].get(figure))


def _difference(place: str, stored: Any, again: Any) -> Iterator[str]:
    if stored != again:
        yield f"{place}: stored {stored}, now {again}"

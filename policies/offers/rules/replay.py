"""Compares a stored price with the one worked out again: every figure, and every word the buyer read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ROWS = {"coverages": "coverage", "steps": "step"}


def price_differences(stored: Any, again: Mapping[str, Any]) -> Iterator[str]:
    """What differs between a breakdown as it is stored, whatever became of it, and the one worked out now."""
    if not _is_a_breakdown(stored):
        yield "breakdown: what is stored is not the breakdown of a price"
        return
    for key in _keys(stored, again):
        before, after = stored.get(key), again.get(key)
        if key in ROWS:
            yield from _row_differences(ROWS[key], before or [], after or [])
        elif key == "facts":
            yield from _differences("fact ", before or {}, after or {})
        else:
            yield from _difference(key, before, after)


def _is_a_breakdown(stored: Any) -> bool:
    return (
        isinstance(stored, dict)
        and isinstance(stored.get("facts", {}), dict)
        and all(_are_rows(name, stored.get(key, [])) for key, name in ROWS.items())
    )


def _are_rows(name: str, rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) and isinstance(row.get(name), str) for row in rows)


def _keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    return iter(dict.fromkeys((*after, *before)))


def _row_differences(name: str, stored: list[dict[str, Any]], again: list[dict[str, Any]]) -> Iterator[str]:
    before, after = ({row[name]: row for row in rows} for rows in (stored, again))
    if len(before) < len(stored):
        yield f"{name}: a row stands twice"
    for key in _keys(before, after):
        if key not in before or key not in after:
            yield f"{name} {key}: {'not stored' if key not in before else 'no longer there'}"
            continue
        # The words of a group's sums are the house's own and no part of the definition: nothing to compare them with.
        unsaid = {} if after[key].get("words") else {"words": after[key].get("words")}
        yield from _differences(f"{name} {key}, ", {**before[key], **unsaid}, after[key])


def _differences(place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for key in _keys(before, after):
        yield from _difference(f"{place}{key}", before.get(key), after.get(key))


def _difference(place: str, stored: Any, again: Any) -> Iterator[str]:
    if stored != again:
        yield f"{place}: stored {stored}, now {again}"

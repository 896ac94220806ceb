"""Examines a decision table: rules that meet, rules that can never fire, facts no rule answers.

Exact, not sampled: every column is cut into the pieces its tests can tell apart (`value_space`), and the questions are
answered on pieces. Whether two rules meet is answered column by column. Whether rules leave something uncovered is a
search that drops, at each step, the choices another choice makes needless. Work is bounded; a question that would take
more is named under `too_large`, and what was found until then holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_, or_
from typing import Any

from products.rules.column_index import bits_of
from products.rules.decisions import DecisionTable, agree, plain
from products.rules.value_space import Axis, Domain, TooLarge, axes_of

MAX_FINDINGS = 50
MAX_PAIRS = 3_000_000
MAX_STEPS = 1_000_000
MAX_COMPARED = 200
BITS_A_STEP = 1_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that hit together where the hit policy forbids it, and facts on which they do."""

    rules: tuple[str, str]
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A rule that never decides: wherever it hits, the rules `by` come first. The example shows one such place."""

    rule: str
    by: tuple[str, ...]
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Impossible:
    """A rule no facts can hit: its cell of this column passes none of the values the column can take."""

    rule: str
    column: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Facts that no rule answers: one example, and the whole box of them as cells (columns not named: any value)."""

    where: Mapping[str, str]
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. Overlaps and gaps are errors; a shadowed or impossible rule is a warning.

    `too_large` names the questions not answered to the end (overlaps, shadowed, gaps); `more` says that there are
    further findings beyond the first `MAX_FINDINGS` of a kind.
    """

    overlaps: tuple[Overlap, ...] = ()
    shadowed: tuple[Shadowed, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    gaps: tuple[Gap, ...] = ()
    too_large: tuple[str, ...] = ()
    more: bool = False

    @property
    def has_errors(self) -> bool:
        return bool(self.overlaps or self.gaps)

    @property
    def is_clean(self) -> bool:
        return not (self.overlaps or self.shadowed or self.impossible or self.gaps or self.too_large)


def examine(table: DecisionTable, domains: Mapping[str, Domain] | None = None) -> Findings:
    """Overlaps (unique, any), rules that never fire (first, priority), and gaps (no rule, no `otherwise`).

    Args:
        domains: by column, which values can occur at all; without it any value of the column's type can.
    """
    try:
        space = _Space(table, axes_of(table, domains))
    except TooLarge:
        return Findings(too_large=("overlaps", "shadowed", "gaps"))
    questions = {"overlaps": _overlaps, "shadowed": _shadowed, "gaps": _gaps}
    found: dict[str, list[Any]] = {}
    too_large = []
    for name, ask in questions.items():
        found[name] = []
        try:
            for finding in ask(space):
                found[name].append(finding)
                if len(found[name]) > MAX_FINDINGS:
                    break
        except TooLarge:
            too_large.append(name)
    return Findings(
        impossible=tuple(space.impossible),
        too_large=tuple(too_large),
        more=any(len(findings) > MAX_FINDINGS for findings in found.values()),
        **{name: tuple(findings[:MAX_FINDINGS]) for name, findings in found.items()},
    )


class _Space:
    """The pieces of every column, and for each rule the rules it meets and those that contain it."""

    def __init__(self, table: DecisionTable, axes: Sequence[Axis]) -> None:
        self.table, self.axes = table, axes
        self.everything = (1 << len(table.rules)) - 1
        pairs = _Work(MAX_PAIRS)
        self.sides = [_Side(axis, self.everything, pairs) for axis in axes]
        idle = [(side, self.everything & ~side.anywhere) for side in self.sides]
        self.impossible = [Impossible(self.id(rule), side.axis.key) for side, mask in idle for rule in bits_of(mask)]
        self.live = list(bits_of(reduce(and_, (side.anywhere for side in self.sides), self.everything)))
        self._stronger: list[int] | None = None

    def id(self, rule: int) -> str:
        return self.table.rules[rule].id

    def meets(self, rule: int) -> int:
        """The rules that hit somewhere together with this one."""
        return reduce(and_, (side.meets(rule) for side in self.sides), self.everything)

    def example(self, wanted: int) -> dict[str, Any]:
        """Facts on which all these rules hit."""
        return {
            axis.key: plain(next(piece.example for piece in axis.pieces if piece.mask & wanted == wanted))
            for axis in self.axes
        }

    def stronger(self, rule: int) -> int:
        """The rules that go before this one."""
        if self.table.hit == "first":
            return (1 << rule) - 1
        ranks = self.table.compiled.ranks
        if self._stronger is None:
            found = [0] * (len(self.table.outcomes) + 1)
            for other in range(len(self.table.rules)):
                found[ranks[other] + 1] |= 1 << other
            self._stronger = list(accumulate(found, or_))
        return self._stronger[ranks[rule]]


class _Side:
    """One column: which rules it keeps apart. Rules without a condition here are one entry, not one each."""

    def __init__(self, axis: Axis, everything: int, pairs: _Work) -> None:
        self.axis, self._pairs = axis, pairs
        self.masks = [piece.mask for piece in axis.pieces]
        self.always = reduce(and_, self.masks, everything if self.masks else 0)
        self.anywhere = reduce(or_, self.masks, 0)

    @cached_property
    def _runs(self) -> dict[int, list[tuple[int, int]]]:
        """The stretches of pieces, first and beyond last, of every rule that has a condition here."""
        starts: dict[int, int] = {}
        found: dict[int, list[tuple[int, int]]] = {}
        before = 0
        for place, mask in enumerate([*self.masks, self.always]):
            turned = (mask ^ before) & ~self.always
            self._pairs.spend(turned.bit_count())
            for rule in bits_of(turned):
                if rule in starts:
                    found.setdefault(rule, []).append((starts.pop(rule), place))
                else:
                    starts[rule] = place
            before = mask
        return found

    @cached_property
    def _any(self) -> _Fold:
        return _Fold(self.masks, or_)

    @cached_property
    def _all(self) -> _Fold:
        return _Fold(self.masks, and_)

    def meets(self, rule: int) -> int:
        """The rules that share a piece with this one."""
        if self.always >> rule & 1:
            return self.anywhere
        return reduce(or_, (self._any.over(low, high) for low, high in self._runs[rule]))

    def contained(self, rule: int) -> int:
        """The rules that have all pieces of this one."""
        if self.always >> rule & 1:
            return self.always
        return reduce(and_, (self._all.over(low, high) for low, high in self._runs[rule]))

    def masks_of(self, rule: int) -> list[int]:
        """The pieces of this rule."""
        if self.always >> rule & 1:
            return self.masks
        return [mask for low, high in self._runs[rule] for mask in self.masks[low:high]]


class _Fold:
    """Answers `and` or `or` over any stretch of a list in a few steps: a tree of the answers over halves."""

    __slots__ = ("_operator", "_size", "_tree")

    def __init__(self, values: Sequence[int], operator: Callable[[int, int], int]) -> None:
        self._operator, self._size = operator, len(values)
        self._tree = [0] * self._size + list(values)
        for place in range(self._size - 1, 0, -1):
            self._tree[place] = operator(self._tree[2 * place], self._tree[2 * place + 1])

    def over(self, low: int, high: int) -> int:
        """The answer from `low` up to, not including, `high`; the stretch holds something."""
        found: int | None = None
        low, high = low + self._size, high + self._size
        while low < high:
            for place in (*((low,) if low & 1 else ()), *((high - 1,) if high & 1 else ())):
                found = self._tree[place] if found is None else self._operator(found, self._tree[place])
            low, high = low + 1 >> 1, high >> 1
        assert found is not None  # noqa: S101  callers pass stretches of at least one piece
        return found


def _overlaps(space: _Space) -> Iterator[Overlap]:
    hit, rules = space.table.hit, space.table.rules
    if hit not in ("unique", "any"):
        return
    for rule in space.live:
        later = space.meets(rule) >> rule + 1 << rule + 1
        for other in bits_of(later):
            if hit == "unique" or not agree((rules[rule], rules[other])):
                yield Overlap((space.id(rule), space.id(other)), space.example(1 << rule | 1 << other))


def _shadowed(space: _Space) -> Iterator[Shadowed]:
    if space.table.hit not in ("first", "priority"):
        return
    work = _Work(MAX_STEPS)
    for rule in space.live:
        before = space.stronger(rule) & space.meets(rule)
        if not before:
            continue
        by = reduce(and_, (side.contained(rule) for side in space.sides), before)
        if by:
            by &= -by
        elif _is_covered(space, rule, before, work):
            by = before
        else:
            continue
        yield Shadowed(space.id(rule), tuple(space.id(other) for other in bits_of(by)), space.example(1 << rule))


def _is_covered(space: _Space, rule: int, by: int, work: _Work) -> bool:
    """Whether every place of one rule is a place of the others; columns that lose none of them are left out."""
    masks = []
    for side in space.sides:
        if by & ~side.contained(rule):
            pieces = side.masks_of(rule)
            work.spend(len(pieces))
            masks.append([mask & by for mask in pieces])
    return _Search(masks, work).uncovered(by) is None


def _gaps(space: _Space) -> Iterator[Gap]:
    if space.table.otherwise is not None or any(not axis.pieces for axis in space.axes):
        return
    axes, rules, work = list(space.axes), space.everything, _Work(MAX_STEPS)
    while True:
        point = _Search([[piece.mask for piece in axis.pieces] for axis in axes], work).uncovered(rules)
        if point is None:
            return
        box = _widened(space.axes, point)
        words = {axis.key: axis.words(chosen) for axis, chosen in zip(space.axes, box, strict=True)}
        example = {axis.key: plain(axis.pieces[place].example) for axis, place in zip(axes, point, strict=True)}
        yield Gap({key: text for key, text in words.items() if text not in ("", "-")}, example)
        # The gap counts as covered from now on: a rule of its own that fills the box.
        bit = 1 << rules.bit_length()
        axes = [_with_rule(axis, chosen, bit) for axis, chosen in zip(axes, box, strict=True)]
        rules |= bit


def _widened(axes: Sequence[Axis], point: Sequence[int]) -> list[set[int]]:
    """The box around an uncovered point, grown column by column as far as no rule is met."""
    box = [{place} for place in point]
    met = [axis.pieces[place].mask for axis, place in zip(axes, point, strict=True)]
    for column, axis in enumerate(axes):
        others = reduce(and_, met[:column] + met[column + 1 :], -1)
        box[column] = {place for place, piece in enumerate(axis.pieces) if not piece.mask & others}
        for place in box[column]:
            met[column] |= axis.pieces[place].mask
    return box


def _with_rule(axis: Axis, chosen: set[int], bit: int) -> Axis:
    pieces = (
        replace(piece, mask=piece.mask | bit) if place in chosen else piece for place, piece in enumerate(axis.pieces)
    )
    return replace(axis, pieces=tuple(pieces))


class _Work:
    """Counts steps over all searches of one question."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooLarge


class _Search:
    """Finds a choice of one piece a column that none of the rules passes."""

    def __init__(self, masks: Sequence[Sequence[int]], work: _Work) -> None:
        self.masks, self.work = masks, work
        self.always = [reduce(and_, column, -1) for column in masks]
        self.first = [{mask: place for place, mask in reversed(list(enumerate(column)))} for column in masks]
        self.covered: set[tuple[int, int]] = set()

    def uncovered(self, rules: int) -> list[int] | None:
        """The place of the piece chosen in each column; None when the rules cover everything."""
        found = self._find((1 << len(self.masks)) - 1, rules)
        return None if found is None else [found.get(column, 0) for column in range(len(self.masks))]

    def _find(self, columns: int, rules: int) -> dict[int, int] | None:
        """A choice for the columns left that loses every rule left."""
        if not rules:
            return {}
        if (columns, rules) in self.covered or self._is_unconditional(columns, rules):
            return None
        column, choices = self._narrowest(columns, rules)
        for left, place in choices:
            found = self._find(columns & ~(1 << column), left)
            if found is not None:
                return {**found, column: place}
        self.covered.add((columns, rules))
        return None

    def _is_unconditional(self, columns: int, rules: int) -> bool:
        """Whether one rule passes whatever is chosen in the columns left."""
        for column in bits_of(columns):
            rules &= self.always[column]
        return bool(rules)

    def _narrowest(self, columns: int, rules: int) -> tuple[int, list[tuple[int, int]]]:
        """The column with the fewest choices worth trying: (rules that stay, piece)."""
        best: tuple[int, list[tuple[int, int]]] | None = None
        for column in bits_of(columns):
            if rules & ~self.always[column] == 0:
                continue
            self.work.spend(len(self.first[column]) * (1 + rules.bit_length() // BITS_A_STEP))
            choices = _worth_trying({mask & rules: place for mask, place in self.first[column].items()})
            if best is None or len(choices) < len(best[1]):
                best = (column, choices)
            if len(choices) == 1:
                break
        assert best is not None  # noqa: S101  a rule is left that some column can lose
        return best


def _worth_trying(places: Mapping[int, int]) -> list[tuple[int, int]]:
    """Choices by the rules they keep, fewest first, without those that keep all a smaller one keeps."""
    choices = sorted(places.items(), key=lambda item: item[0].bit_count())
    if len(choices) > MAX_COMPARED:
        return choices
    kept: list[tuple[int, int]] = []
    for rules, place in choices:
        if not any(smaller & rules == smaller for smaller, _place in kept):
            kept.append((rules, place))
    return kept

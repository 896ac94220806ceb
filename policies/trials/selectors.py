"""Reading what came of runs, for their pages and files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from policies.trials.models import WhatIfRow, WhatIfRun
from products.compiled import compiled
from products.messages import problem_words
from products.rules.definition import Definition
from products.rules.what_if import EXTREMES, WhatIf, change_in_percent

SHOWN_WITHOUT_PRICE = 50
WIDTH, ROW, LEFT, RIGHT = 640, 30, 150, 70


@dataclass(frozen=True, slots=True)
class Mover:
    """A policy whose premium changes."""

    policy_no: str
    old: Decimal
    new: Decimal
    difference: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: words, count, place and size; `kind` is down, up, or nothing for no change."""

    label: str
    count: int
    y: int
    middle: int
    width: float
    after: float
    kind: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars in an SVG of this width and height."""

    width: int
    height: int
    left: int
    bar_height: int
    bars: tuple[Bar, ...]


def movers(run: WhatIfRun, *, dearer: bool) -> list[Mover]:
    """Those who would pay most more, or most less, the hardest hit or the luckiest first."""
    rows = run.rows.filter(difference__gt=0) if dearer else run.rows.filter(difference__lt=0)
    found = rows.order_by("-difference" if dearer else "difference", "id")[:EXTREMES]
    figures: Any = found.values_list("policy_no", "old_premium", "new_premium", "difference")
    return [Mover(no, old, new, by, change_in_percent(old, new)) for no, old, new, by in figures]


def without_price(run: WhatIfRun) -> list[tuple[WhatIfRow, list[str]]]:
    """The first policies the version cannot price, with every reason in the reader's language."""
    definition = compiled(run.version).definition
    rows = run.rows.filter(new_premium__isnull=True).order_by("id")[:SHOWN_WITHOUT_PRICE]
    return [(row, reasons_of(row.problems, definition)) for row in rows]


def reasons_of(problems: Mapping[str, Any], definition: Definition) -> list[str]:
    """Each problem with the name of its field."""
    inputs = definition.inputs_by_key
    return [
        str(format_lazy("{field}: {words}", field=inputs[key].label if key in inputs else key,
                        words=problem_words(told["code"], told["values"])))
        for key, told in problems.items()
    ]  # fmt: skip


def percent_of(run: WhatIfRun) -> Decimal | None:
    return change_in_percent(run.old_total, run.new_total)


def picture_of(run: WhatIfRun) -> Picture | None:
    """How many policies change by how much; None when none was priced."""
    if not any(run.buckets):
        return None
    most, room = max(run.buckets), WIDTH - LEFT - RIGHT
    buckets = list(zip(WhatIf(lambda facts: Decimal(0)).distribution, run.buckets, strict=True))
    bars = []
    for place, (bucket, count) in enumerate(buckets):
        kind = "" if bucket.low == bucket.high else "up" if bucket.low is not None and bucket.low >= 0 else "down"
        width = round(count / most * room, 1)
        middle = place * ROW + ROW // 2
        bars.append(Bar(_label(bucket.low, bucket.high), count, place * ROW + 4, middle, width, LEFT + width + 8, kind))
    return Picture(WIDTH, ROW * len(bars), LEFT, ROW - 8, tuple(bars))


def _label(low: Decimal | None, high: Decimal | None) -> str:
    """The words of a bucket, told from the reader's side: less, the same, more."""
    if low is not None and low == high:
        return _("no change")
    if low is None:
        return _("%(percent)s%% less or lower still") % {"percent": f"{abs(high or 0):f}"}
    if high is None:
        return _("over %(percent)s%% more") % {"percent": f"{low:f}"}
    if high <= 0:
        return _("%(least)s to %(most)s%% less") % {"least": f"{abs(high):f}", "most": f"{abs(low):f}"}
    return _("%(least)s to %(most)s%% more") % {"least": f"{low:f}", "most": f"{high:f}"}


def what_if_lines(run: WhatIfRun) -> Iterator[Sequence[str]]:
    """The lines of the file: policy number and premiums, no personal data."""
    definition = compiled(run.version).definition
    yield [_("Policy number"), _("Old premium"), _("New premium"), _("Difference"), _("Per cent"), _("Why not")]
    for row in run.rows.order_by("id").iterator(chunk_size=2_000):
        if row.new_premium is None:
            yield [row.policy_no, str(row.old_premium), "", "", "", " ".join(reasons_of(row.problems, definition))]
            continue
        percent = change_in_percent(row.old_premium, row.new_premium)
        figures = (row.old_premium, row.new_premium, row.difference, percent)
        yield [row.policy_no, *("" if figure is None else str(figure) for figure in figures), ""]

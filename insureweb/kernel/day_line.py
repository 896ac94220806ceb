"""The day line: one mark a day between the start of a time limit and its last day."""

from dataclasses import dataclass
from datetime import date

LONGEST_DRAWN = 62


@dataclass(frozen=True)
class DayLine:
    """`marks` holds "past", "today", "due" or "" for each day; empty when the span is too long to count by eye."""

    marks: tuple[str, ...]
    passed: int
    total: int
    left: int


def day_line(start: date, due: date, today: date) -> DayLine | None:
    """Lay out the days from `start` up to and including `due`; None when the last day is before the first."""
    total = (due - start).days
    if total < 1:
        return None
    passed = min(max((today - start).days, 0), total)
    left = max((due - today).days, 0)
    if total > LONGEST_DRAWN:
        return DayLine((), passed, total, left)
    marks = ["past" if index < passed else "" for index in range(total)]
    marks[-1] = "due"
    if 0 <= passed < total and start <= today:
        marks[passed] = "today"
    return DayLine(tuple(marks), passed, total, left)

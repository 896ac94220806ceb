"""Numbers that can be trusted on a noisy machine: A and B in turn, medians, and the ratio pair by pair."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

ROUNDS = 15


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is against the baseline of the same run; `budget` is the most it may be."""

    scenario: str
    figure: str
    measured: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    budget: float | None = None
    aim: str = ""

    @property
    def kept(self) -> bool | None:
        if self.ratio is None or self.budget is None:
            return None
        return self.ratio <= self.budget

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "kept": self.kept}


def block(action: Callable[[], object], seconds: float) -> float:
    """Median seconds of one call, over calls made for about this long."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def best_cpu(action: Callable[[], object], seconds: float) -> float:
    """CPU seconds of the quickest run over about this long: what the work takes when nothing disturbs it."""
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end or best == float("inf"):
        started = time.process_time()
        action()
        best = min(best, time.process_time() - started)
    return best


def compare(
    scenario: str,
    figure: str,
    action: Callable[[], object],
    baseline: Callable[[], object],
    *,
    budget: float,
    seconds: float,
) -> Result:
    """Time both in turn, after a warm-up, and report the median of the pairwise ratios."""
    each = seconds / (2 * ROUNDS)
    block(action, each), block(baseline, each)
    pairs = [(block(action, each), block(baseline, each)) for _round in range(ROUNDS)]
    return Result(
        scenario=scenario,
        figure=figure,
        measured=round(statistics.median(a for a, _b in pairs) * 1000, 3),
        unit="ms",
        baseline=round(statistics.median(b for _a, b in pairs) * 1000, 3),
        ratio=round(statistics.median(a / b for a, b in pairs), 2),
        budget=budget,
    )


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

"""The steps of a price as pages show them: what happened, how it was rounded, the exact amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from products.rules.rating import Breakdown, TraceLine
from products.rules.rating_plan import RatingPlan

# More places than these fill the page and say no more to a reader; the stored breakdown keeps them all.
PLACES_SHOWN = 10
MODES: dict[str, Any] = {
    "half_up": gettext_lazy("rounded half up"), "half_even": gettext_lazy("rounded half to even"),
    "up": gettext_lazy("rounded up"), "down": gettext_lazy("rounded down"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldStep:
    line: TraceLine
    rounding: str
    amount: str


def told_steps(plan: RatingPlan, breakdown: Breakdown | None) -> tuple[ToldStep, ...]:
    """Every step of a price in order; nothing without a price."""
    settings = {step.key: step.settings for step in plan.steps if step.kind == "round"}
    return tuple(
        ToldStep(line, rounding_words(settings[line.step]) if line.kind == "round" else "", exact_words(line.amount))
        for line in (breakdown.trace if breakdown else ())
    )


def rounding_words(settings: Mapping[str, Any]) -> str:
    """How a step rounds: "rounded half up to 2 decimal places"."""
    mode = MODES[settings["mode"]]
    if settings.get("to") is not None:
        return _("%(mode)s to a multiple of %(amount)s") % {"mode": mode, "amount": settings["to"]}
    places = settings["places"]
    if not places:
        return _("%(mode)s to a whole number") % {"mode": mode}
    words = ngettext("%(mode)s to %(places)s decimal place", "%(mode)s to %(places)s decimal places", places)
    return words % {"mode": mode, "places": places}


def exact_words(amount: Decimal) -> str:
    """Every place that says something, two at least where there are any; an ellipsis where more follow."""
    whole, dot, places = f"{amount:,f}".partition(".")
    places = places.rstrip("0")
    if len(places) > PLACES_SHOWN:
        return f"{whole}.{places[:PLACES_SHOWN]}…"
    return f"{whole}.{places.ljust(2, '0')}" if dot else whole

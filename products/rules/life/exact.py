"""Where life values are computed: 34 significant digits, whatever context the caller works in."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from products.rules.arithmetic import ARITHMETIC, ONE, round_to_places

to_cent = round_to_places(2, "half_up")

Given = ParamSpec("Given")
Found = TypeVar("Found")


class LifeError(ValueError):
    """An age, a term or a rate for which there is no value; the message is for a person."""


def exactly(compute: Callable[Given, Found]) -> Callable[Given, Found]:
    """Runs a function in the context of 34 digits."""

    @wraps(compute)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        with localcontext(ARITHMETIC):
            return compute(*args, **kwargs)

    return run


def significant(value: Decimal, digits: int = 10) -> str:
    """A value to so many significant digits, without exponent."""
    if value == 0:
        return "0"
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(value)
    return format(rounded.quantize(ONE.scaleb(rounded.adjusted() + 1 - digits)), "f")

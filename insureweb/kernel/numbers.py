"""Public numbers: prefix, day, sequence, check digit. No primary key ever leaves the house.

`BDL2605190019377-2` is the 19,377th number of its series, drawn on 19 May 2026, with an ISO 7064 MOD 11,10 check
digit over the digits, so a mistyped number is told from an unknown one. Each series is a PostgreSQL sequence:
drawing a number locks nothing, and numbers of rolled-back transactions stay unused.
"""

import functools
import re
from datetime import datetime

from django.db import connection, models

from insureweb.kernel.periods import business_date

# Series that belong to no insurer. Those of an insurer are opened with it.
HOUSE_SERIES = {
    "quote": "BJ",
    "application": "TB",
    "order": "DD",
    "payment": "ZF",
    "refund": "TK",
    "payout": "FK",
    "ticket": "GD",
    "document": "WJ",
}
INSURER_SERIES = {"policy": "BD", "claim": "LP", "endorsement": "PG"}


class NumberSeries(models.Model):
    """A named series; `insurer` is empty for those of the house."""

    name = models.CharField(max_length=32)
    insurer = models.CharField(max_length=32, blank=True, default="")
    prefix = models.CharField(max_length=8)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["name", "insurer"], name="number_series_is_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.insurer}".strip()


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly all swaps."""
    product = 10
    for character in digits:
        total = (int(character) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


_SHAPE = re.compile(r"[A-Z]{2,4}([0-9]{13,16})-([0-9])")


def is_well_formed(number: str) -> bool:
    """True when shape and check digit fit; says nothing about existence."""
    match = _SHAPE.fullmatch(number)
    return match is not None and check_digit(match[1]) == match[2]


def sequence_name(name: str, insurer: str = "") -> str:
    return "number_" + f"{name}_{insurer}".strip("_").replace("-", "_")


def open_series(*, insurer: str, mark: str) -> None:
    """Open an insurer's own series (policies, claims, endorsements), told apart by its mark; safe to repeat."""
    for name, prefix in INSURER_SERIES.items():
        NumberSeries.objects.get_or_create(name=name, insurer=insurer, defaults={"prefix": prefix + mark})
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SEQUENCE IF NOT EXISTS "{sequence_name(name, insurer)}"')


@functools.lru_cache(maxsize=256)
def _insurer_prefix(name: str, insurer: str) -> str:
    return NumberSeries.objects.values_list("prefix", flat=True).get(name=name, insurer=insurer)


def allocate(name: str, *, at: datetime, insurer: str = "") -> str:
    """Draw the next number of a series.

    Raises:
        KeyError: no such series of the house.
        NumberSeries.DoesNotExist: the insurer's series were not opened.
    """
    prefix = _insurer_prefix(name, insurer) if insurer else HOUSE_SERIES[name]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f'"{sequence_name(name, insurer)}"'])
        (value,) = cursor.fetchone()
    digits = f"{business_date(at):%y%m%d}{value:07d}"
    return f"{prefix}{digits}-{check_digit(digits)}"

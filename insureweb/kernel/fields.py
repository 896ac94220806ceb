"""Columns that mean the same everywhere."""

from typing import Any

from django.db import models


class AmountField(models.DecimalField):
    """Money in major units, two decimals; the currency stands beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField):
    """ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("default", "CNY")
        super().__init__(*args, **kwargs)


def not_negative(*names: str, table: str) -> list[models.CheckConstraint]:
    """A named CHECK per amount: never below zero."""
    return [
        models.CheckConstraint(condition=models.Q(**{f"{name}__gte": 0}), name=f"{table}_{name}_not_negative")
        for name in names
    ]

"""The catalogue's filters: what may be asked for, how many products each choice leaves, which are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.templatetags.house import money_text
from products.rules.definition import AUDIENCES
from products.rules.needs import needs_of
from products.selectors import Offered
from products.shop_tables import needs

SEARCH, FOR, NEED, CATEGORY, INSURER, BUDGET = "q", "for", "need", "category", "insurer", "budget"
# The most a first year may cost, in yuan.
BUDGETS = (100, 300, 500, 1_000, 3_000, 10_000)
AUDIENCE_WORDS = {
    "self": _("Myself"),
    "parents": _("My parents"),
    "children": _("My children"),
    "family": _("The whole family"),
    "home": _("My home"),
    "company": _("Our employees"),
}
MAX_REMEMBERED = 1_000
Passes = Callable[[Offered, str], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """One question of the filter form, and whether a product passes for a value."""

    name: str
    label: Any
    passes: Passes


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer; `count` is how many products it leaves beside the other filters and the search."""

    value: str
    label: Any
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownFilter:
    name: str
    label: Any
    choices: tuple[Choice, ...]
    total: int

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.is_chosen), None)


@dataclass(frozen=True, slots=True)
class Taken:
    """A filter in force, with the address of the list without it."""

    label: Any
    href: str


_answered: dict[str, frozenset[str]] = {}


def answered_needs(item: Offered) -> frozenset[str]:
    """The needs a product answers; worked out once a version."""
    content_hash = item.product.content_hash
    found = _answered.get(content_hash)
    if found is None:
        if len(_answered) >= MAX_REMEMBERED:
            _answered.clear()
        found = _answered[content_hash] = frozenset(needs_of(item.definition, needs()))
    return found


FILTERS = (
    Filter(FOR, _("For whom"), lambda item, value: value in item.definition.audience),
    Filter(NEED, _("What for"), lambda item, value: value in answered_needs(item)),
    Filter(BUDGET, _("A year, at most"), lambda item, value: item.from_price <= Decimal(value)),
    Filter(CATEGORY, _("Type of cover"), lambda item, value: item.definition.category == value),
    Filter(INSURER, _("Insurer"), lambda item, value: item.definition.insurer == value),
)


def _labels(name: str, items: Iterable[Offered]) -> dict[str, Any]:
    """Every value a filter knows with its words, in the order shown."""
    items = tuple(items)
    if name == FOR:
        served = {audience for item in items for audience in item.definition.audience}
        return {key: AUDIENCE_WORDS[key] for key in AUDIENCES if key in served}
    if name == NEED:
        answered = {key for item in items for key in answered_needs(item)}
        return {need.key: need.label for need in needs() if need.is_listed and need.key in answered}
    if name == BUDGET:
        return {
            str(most): format_lazy(_("up to {amount}"), amount=money_text(Decimal(most), whole=True))
            for most in BUDGETS
        }
    if name == CATEGORY:
        ordered = sorted(items, key=lambda item: (item.category.order, item.category.code))
        return {item.definition.category: item.category.name for item in ordered}
    return {item.definition.insurer: item.insurer.short_name for item in items}


def chosen(query: Mapping[str, Any], items: tuple[Offered, ...]) -> dict[str, str]:
    """The filters asked for; empty where the value is none of those there are."""
    found = {}
    for one in FILTERS:
        value = query.get(one.name, "")
        found[one.name] = value if value and value in _labels(one.name, items) else ""
    return found


def filtered(items: Iterable[Offered], wanted: Mapping[str, str], *, apart_from: str = "") -> tuple[Offered, ...]:
    """Those that pass every filter with a value."""
    active = [one for one in FILTERS if wanted.get(one.name) and one.name != apart_from]
    return tuple(item for item in items if all(one.passes(item, wanted[one.name]) for one in active))


def shown_filters(
    everything: tuple[Offered, ...], searched: tuple[Offered, ...], wanted: Mapping[str, str]
) -> tuple[ShownFilter, ...]:
    """The form: every filter that tells products apart, each choice with what it would leave."""
    shown = []
    for one in FILTERS:
        labels = _labels(one.name, everything)
        if len(labels) < 2 and not wanted[one.name]:
            continue
        left = filtered(searched, wanted, apart_from=one.name)
        choices = tuple(
            Choice(value, label, sum(one.passes(item, value) for item in left), wanted[one.name] == value)
            for value, label in labels.items()
        )
        shown.append(ShownFilter(one.name, one.label, choices, len(left)))
    return tuple(shown)


def taken(shown: Iterable[ShownFilter], wanted: Mapping[str, str], asked: str) -> list[Taken]:
    """The filters in force, each removable by itself."""
    query = {SEARCH: asked, **wanted}
    found = [Taken(one.chosen.label, _address(query, one.name)) for one in shown if one.chosen]
    return ([Taken(asked, _address(query, SEARCH))] if asked else []) + found


def _address(query: Mapping[str, str], without: str) -> str:
    return "?" + urlencode({name: value for name, value in query.items() if value and name != without})

"""What staff find in the sidebar and on the first page: work items, figures and what is due, told by each app.

An app registers in its `admin.py` (imported when the back office starts), so nothing here knows the apps above.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insureweb.kernel.actors import Actor

COUNT_LIMIT = 99


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of the sidebar that leads to work: a queue, a list with a filter, a report.

    `url` is called when a page is made (`lambda: reverse(…) + "?state=open"`); `roles` says who sees it; `waiting`
    counts what waits there, read once in half a minute for each actor. `icon` is a Material Symbols name.
    """

    code: str
    section: str
    title: Any
    url: Callable[[], str]
    roles: frozenset[str]
    icon: str = "inbox"
    waiting: Callable[[Actor], int] | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the first page. `is_time` marks it as a deadline; `url` leads to the list behind it."""

    label: Any
    value: Any
    note: Any = ""
    url: str = ""
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One case that waits for this person, with the instant it is due."""

    title: str
    url: str
    due_at: datetime
    kind: Any
    note: Any = ""


KpiProvider = Callable[[Actor, datetime], Iterable[Kpi]]
DueProvider = Callable[[Actor, datetime], Iterable[Due]]

_items: dict[str, WorkItem] = {}
_kpis: dict[KpiProvider, frozenset[str]] = {}
_dues: dict[DueProvider, frozenset[str]] = {}


def register_work(item: WorkItem) -> None:
    """Add a line to the sidebar; the same code replaces the line."""
    _items[item.code] = item


def register_kpis(*roles: str) -> Callable[[KpiProvider], KpiProvider]:
    """Decorate `provider(actor, at) -> figures` for these roles."""

    def register(provider: KpiProvider) -> KpiProvider:
        _kpis[provider] = frozenset(roles)
        return provider

    return register


def register_due(*roles: str) -> Callable[[DueProvider], DueProvider]:
    """Decorate `provider(actor, at) -> what is due`, soonest first and no more than a page of it, for these roles."""

    def register(provider: DueProvider) -> DueProvider:
        _dues[provider] = frozenset(roles)
        return provider

    return register


def work_items(actor: Actor) -> list[WorkItem]:
    return [item for item in _items.values() if actor.is_one_of(item.roles)]


def kpis_for(actor: Actor, at: datetime) -> list[Kpi]:
    return [kpi for provider, roles in _kpis.items() if actor.is_one_of(roles) for kpi in provider(actor, at)]


def due_for(actor: Actor, at: datetime, *, limit: int = 20) -> list[Due]:
    """What waits for this person over all apps, soonest first."""
    found = [due for provider, roles in _dues.items() if actor.is_one_of(roles) for due in provider(actor, at)]
    return sorted(found, key=lambda due: due.due_at)[:limit]


def capped(count: int) -> str:
    """A count for a badge: nothing, the number, or "99+"."""
    if not count:
        return ""
    return str(count) if count <= COUNT_LIMIT else f"{COUNT_LIMIT}+"


def count_up_to_limit(rows: Any) -> int:
    """Count a queryset no further than a badge can show."""
    return int(rows.order_by()[: COUNT_LIMIT + 1].count())

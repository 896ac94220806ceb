"""Rosters as companies upload them. Every person is invented."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from customers.actors import actor_of
from customers.models import User
from insureweb.kernel import clock, outbox
from insureweb.kernel.resident_id import with_check_digit
from policies.offers.rosters.files import RosterFile, open_roster_file
from policies.offers.rosters.models import Roster, RosterOffer
from policies.offers.rosters.services.intake import start_roster
from policies.offers.rosters.services.pricing import start_pricing
from products.compiled import compiled
from products.sheet_files import write_csv, write_xlsx
from tests.factories import policies as sold
from tests.factories.products import shipped

GROUP = "anlan-group"
HEADINGS = ("Name", "Resident ID number", "Occupation class")
DEFINITION = shipped(GROUP).definition


def id_number(number: int, age: int = 30, *, at: datetime | None = None) -> str:
    """A resident ID nobody has: of this age, different for every number up to a million."""
    day = (at or clock.now()).date() - timedelta(days=200)
    region, sequence = f"{110101 + number // 999:06d}", number % 999 + 1
    return with_check_digit(f"{region}{day.year - age}{day.month:02d}{min(day.day, 28):02d}{sequence:03d}")


def row(number: int, *, age: int = 30, class_: str = "1", name: str = "", at: datetime | None = None) -> list[str]:
    return [
        name or f"Member {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}",
        id_number(number, age, at=at),
        class_,
    ]


def rows(count: int, *, start: int = 0) -> list[list[str]]:
    """People of many ages and all classes."""
    return [row(number, age=18 + number % 47, class_=str(number % 5 + 1)) for number in range(start, start + count)]


def csv_bytes(lines: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    return write_csv([headings, *lines]).encode("utf-8-sig")


def xlsx_bytes(lines: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    return write_xlsx([headings, *lines], "roster")


def opened(content: bytes, name: str = "staff.csv") -> RosterFile:
    return open_roster_file(io.BytesIO(content), name, DEFINITION)


def roster(
    user: User | None = None, lines: Sequence[Sequence[str]] = (), *, plan: str = "standard", read: bool = True,
    at: datetime | None = None, headings: Sequence[str] = HEADINGS,
) -> Roster:  # fmt: skip
    """A roster whose rows the worker has read, unless told otherwise."""
    at, user = at or clock.now(), user or sold.buyer(known=False)
    sold.product(GROUP, at)
    file = opened(csv_bytes(lines or rows(8), headings))
    found = start_roster(user=user, product_code=GROUP, plan=plan, file=file, by=actor_of(user), at=at)
    return worked(found, at) if read else found


def worked(found: Roster, at: datetime | None = None) -> Roster:
    """The roster after the worker has done what waits."""
    outbox.drain(at=at or clock.now())
    found.refresh_from_db()
    return found


def priced(user: User | None = None, lines: Sequence[Sequence[str]] = (), **told: Any) -> RosterOffer:
    """A roster with its price."""
    found = roster(user, lines, **told)
    start_pricing(roster=found, by=actor_of(found.user), at=told.get("at") or clock.now())
    worked(found, told.get("at"))
    return found.offers.order_by("-number")[0]


def premium_of(offer: RosterOffer, texts: Mapping[str, str]) -> Any:
    """What a member with these facts costs, priced on its own."""
    product = compiled(offer.roster.product_version)
    return product.price(product.read_facts({**texts, "members": str(offer.members)}, offer.plan))

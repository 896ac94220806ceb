"""Taking over a roster: the file is opened at once, its rows are read by the worker, wrong ones are kept with reasons.

A row that comes back mended carries the number it was given in the list of wrong rows, and takes the place of that one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import publish
from insureweb.kernel.periods import business_date
from insureweb.kernel.sealed import seal, seal_bytes, unseal_bytes
from insureweb.kernel.states import transition
from policies.offers.rosters.events import RosterReceived
from policies.offers.rosters.files import RosterFile, columns_for
from policies.offers.rosters.models import Roster, RosterMember, RosterUpload, RosterWrongRow
from policies.offers.rosters.rules.columns import ID_NUMBER, REFERENCE, is_group
from policies.offers.rosters.rules.rows import CellProblem, MemberRow, RowReader, RowWrong
from policies.offers.rosters.services.copying import copy_rows
from policies.offers.rosters.states import ROSTER_MACHINE, RosterState
from products.compiled import CompiledProduct, compiled
from products.rules.facts import facts_as_text
from products.rules.platform_facts import GROUP_SIZE
from products.selectors import version_on_sale

MEMBER_COLUMNS = ("uuid", "roster_id", "position", "upload", "line", "name", "id_number", "id_number_index", "facts")
WRONG_COLUMNS = ("uuid", "roster_id", "upload", "line", "cells", "problems")
Place = tuple[int, int]  # upload, line


@use_case
def start_roster(*, user: User, product_code: str, plan: str, file: RosterFile, by: Actor, at: datetime) -> Roster:
    """Keep a roster for the product now on sale and have its rows read.

    Raises:
        ProductNotOnSale: the product is not offered.
        Refused: it is not sold by roster, there is no such plan, or the file has no rows or too many.
    """
    version = version_on_sale(product_code, at)
    definition = compiled(version).definition
    if not is_group(definition):
        raise Refused("no_group_product", _("This product is not sold by roster."))
    if plan not in definition.plans_by_key:
        raise Refused("unknown_plan", _("Choose one of the plans shown."), field="plan")
    roster = Roster.objects.create(user=user, product_version=version, plan=plan, created_at=at)
    _receive(roster, file, at)
    return roster


@use_case
def add_rows(*, roster: Roster, file: RosterFile, by: Actor, at: datetime) -> Roster:
    """More rows, or wrong ones mended. What was taken over before stays; a price made before no longer counts.

    Raises:
        Refused: the roster is at work or quoted, or the file has no rows or too many.
    """
    transition(roster, ROSTER_MACHINE, RosterState.READING, by=by, at=at)
    _receive(roster, file, at)
    return roster


def _receive(roster: Roster, file: RosterFile, at: datetime) -> None:
    most = largest_size(compiled(roster.product_version))
    if not file.rows:
        raise Refused("no_rows", _("There is no row below the headings."), field="file")
    if roster.members + len(file.rows) > most:
        words = _("A roster may have at most %(most)s people; there would be %(count)s.")
        raise Refused("too_many_rows", words % {"most": most, "count": roster.members + len(file.rows)}, field="file")
    uuid = uuid4()
    upload = RosterUpload.objects.create(
        uuid=uuid,
        roster=roster,
        number=roster.uploads.count() + 1,
        file_name=file.name[:200],
        content=seal_bytes(json.dumps(file.as_json(), ensure_ascii=False).encode(), binding=_binding(uuid)),
        rows=len(file.rows),
        received_at=at,
    )
    publish(RosterReceived(upload_id=upload.pk), at=at)


def _binding(uuid: UUID) -> bytes:
    return b"policies_rosterupload.content\0" + uuid.bytes


def largest_size(product: CompiledProduct) -> int:
    """How many members the product takes."""
    return int(product.definition.inputs_by_key[GROUP_SIZE].maximum or 0)


# --- the worker's part ---


@dataclass(slots=True)
class Sorted:
    """Rows of an upload, sorted into members and wrong ones; `mended` are places of wrong rows that came back."""

    members: list[tuple[Place, MemberRow]] = field(default_factory=list)
    wrong: dict[Place, tuple[dict[str, str], list[CellProblem]]] = field(default_factory=dict)
    mended: set[Place] = field(default_factory=set)


@use_case
def take_over_rows(*, upload_id: int, by: Actor, at: datetime) -> Roster:
    """Read the rows of an upload, each once. An upload that was read already changes nothing."""
    upload = RosterUpload.objects.select_for_update().get(pk=upload_id)
    roster = Roster.objects.select_for_update().select_related("product_version").get(pk=upload.roster_id)
    if upload.content is None:
        return roster
    file = RosterFile.from_json(json.loads(unseal_bytes(bytes(upload.content), binding=_binding(upload.uuid))))
    found = _sorted(file, upload.number, roster, at)
    roster.wrong.filter(pk__in=_pks(roster, found.mended | found.wrong.keys())).delete()
    _write_members(roster, found.members)
    _write_wrong(roster, found.wrong)
    upload.content, upload.read_at = None, at
    upload.save(update_fields=["content", "read_at"])
    return transition(
        roster, ROSTER_MACHINE, RosterState.CHECKED, by=by, at=at,
        members=roster.members + len(found.members), wrong_rows=roster.wrong.count(),
    )  # fmt: skip


def _pks(roster: Roster, places: Iterable[Place]) -> list[int]:
    known = {(upload, line): pk for pk, upload, line in roster.wrong.values_list("pk", "upload", "line")}
    return [known[place] for place in places if place in known]


def _sorted(file: RosterFile, upload: int, roster: Roster, at: datetime) -> Sorted:
    """Every row read; a number that stands twice keeps its first place."""
    definition = compiled(roster.product_version).definition
    today = business_date(at)
    # Cover begins at the midnight after the contract is made; a roster is read as if that were today.
    reader = RowReader(definition, columns_for(definition), today=today, first_day=today + timedelta(days=1))
    index = RosterMember._meta.get_field("id_number_index").of  # type: ignore[union-attr]
    taken: dict[str, Place] = {
        digest: (number, line)
        for digest, number, line in roster.people.values_list("id_number_index", "upload", "line")
    }
    awaited = set(roster.wrong.values_list("upload", "line"))
    found = Sorted()
    for line, cells, unreadable in file.rows:
        own = (upload, line)
        named = place_of(cells.get(REFERENCE, ""))
        place = named if named in awaited else own
        if place != own:
            found.mended.add(place)
            awaited.discard(place)
        try:
            _refuse_unreadable(unreadable)
            row = reader.read(cells)
            _refuse_repeated(taken, index(row.id_number), place)
        except RowWrong as wrong:
            found.wrong[place] = (dict(cells), list(wrong.problems))
        else:
            found.members.append((place, row))
    return found


def place_of(text: str) -> Place | None:
    """The row a mended one stands for, as the list of wrong rows names it: 1-17 is line 17 of the first file."""
    upload, _dash, line = text.strip().partition("-")
    if upload.isascii() and line.isascii() and upload.isdigit() and line.isdigit() and len(text) < 16:
        return int(upload), int(line)
    return None


def _refuse_unreadable(columns: Iterable[str]) -> None:
    if problems := [CellProblem(column, "cell_unreadable", {}) for column in columns]:
        raise RowWrong(problems)


def _refuse_repeated(taken: dict[str, Place], digest: str, place: Place) -> None:
    first = taken.setdefault(digest, place)
    if first != place:
        raise RowWrong([CellProblem(ID_NUMBER, "stands_twice", {"upload": first[0], "line": first[1]})])


def _write_members(roster: Roster, members: list[tuple[Place, MemberRow]]) -> None:
    index = RosterMember._meta.get_field("id_number_index").of  # type: ignore[union-attr]
    table = RosterMember._meta.db_table

    def row(position: int, place: Place, member: MemberRow) -> tuple[Any, ...]:
        uuid = uuid4()
        return (
            uuid,
            roster.pk,
            position,
            *place,
            seal(member.name, place=f"{table}.name", row=uuid),
            seal(member.id_number, place=f"{table}.id_number", row=uuid),
            index(member.id_number),
            json.dumps(facts_as_text(member.facts), ensure_ascii=False),
        )

    numbered = enumerate(members, start=roster.members + 1)
    copy_rows(RosterMember, MEMBER_COLUMNS, (row(number, place, member) for number, (place, member) in numbered))


def _write_wrong(roster: Roster, wrong: Mapping[Place, tuple[dict[str, str], list[CellProblem]]]) -> None:
    table = RosterWrongRow._meta.db_table

    def row(place: Place, cells: dict[str, str], problems: list[CellProblem]) -> tuple[Any, ...]:
        uuid, told = uuid4(), [problem.as_json() for problem in problems]
        content = json.dumps(cells, ensure_ascii=False)
        return uuid, roster.pk, *place, seal(content, place=f"{table}.cells", row=uuid), json.dumps(told)

    copy_rows(RosterWrongRow, WRONG_COLUMNS, (row(place, *told) for place, told in wrong.items()))

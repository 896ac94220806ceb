"""Brings mortality tables into the database."""

from dataclasses import dataclass
from datetime import datetime

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from products.messages import refusal_words
from products.models import MortalityTable
from products.mortality import NamedTable, shipped_tables
from products.rules.life.mortality import plain_rate


@dataclass(frozen=True)
class LoadedTable:
    """The stored table; `is_new` is false when the same rates stood under its code already."""

    table: MortalityTable
    is_new: bool


@use_case
def load_mortality_table(*, named: NamedTable, by: Actor, at: datetime) -> LoadedTable:
    """Keep a table for good. The same rates again change nothing.

    Raises:
        Refused: other rates stand under this code; a table never changes.
    """
    rates = named.table
    known = MortalityTable.objects.filter(code=rates.code).first()
    if known is None:
        known, is_new = MortalityTable.objects.get_or_create(
            code=rates.code,
            defaults={
                "name": named.name,
                "source": named.source,
                "from_age": rates.from_age,
                "rates": [plain_rate(rate) for rate in rates.qx],
                "sha256": rates.sha256,
                "loaded_at": at,
            },
        )
        if is_new:
            return LoadedTable(known, is_new=True)
    if known.sha256 != rates.sha256:
        raise Refused("mortality_code_taken", refusal_words("mortality_code_taken", code=rates.code), "code")
    return LoadedTable(known, is_new=False)


@use_case
def load_shipped_tables(*, by: Actor, at: datetime) -> list[LoadedTable]:
    """Keep every table shipped with the house. Raises Refused."""
    return [load_mortality_table(named=named, by=by, at=at) for named in shipped_tables().values()]

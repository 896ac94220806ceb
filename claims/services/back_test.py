"""Back-test of the claims table: automatic decisions of the past made again with a changed table."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from claims.events import ClaimsToDecide
from claims.models import ClaimDecision, ClaimsBackTest, ClaimsBackTestRow, Maker
from products.models import ProductVersion
from products.services.back_tests import Past, compare_part
from products.services.runs import Item, Work

TABLE = "claims"
WANTED = ("pk", "claim__policy__product_version_id", "claim__no", "inputs", "outcome")


def decisions_of(version: ProductVersion) -> QuerySet[ClaimDecision]:
    """Every decision a table made about a claim on the version's product."""
    return ClaimDecision.objects.filter(
        claim__policy__product_version__product=version.product_id, maker=Maker.AUTOMATIC
    ).exclude(table_id="")


def _book(version: ProductVersion, at: datetime) -> tuple[int, int]:
    found = decisions_of(version).aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0


def _next_decisions(run: ClaimsBackTest, most: int) -> list[Item]:
    rows = decisions_of(run.version).filter(pk__gt=run.after_id, pk__lte=run.through_id).order_by("pk")
    return [(row[0], row) for row in rows.values_list(*WANTED)[:most]]


def _decide_again(run: ClaimsBackTest, items: Sequence[Item], at: datetime) -> None:
    past = [
        Past(pk, version, no, inputs["facts"], outcome, inputs["facts"])
        for _pk, (pk, version, no, inputs, outcome) in items
    ]
    compare_part(run, TABLE, past, ClaimsBackTestRow)


CLAIMS = Work(ClaimsBackTest, ClaimsToDecide, _book, _next_decisions, _decide_again)

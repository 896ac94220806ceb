"""Back-test of the underwriting table: automatic decisions of the past made again with a changed table.

The inputs stored with a decision are sealed, for they speak of health. The worker opens them, which the access log
records; of what it writes down, the applicant's answers are left out. The answers themselves are never opened.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from insureweb.audit.access import record_access
from insureweb.audit.models.access import AccessKind
from policies.trials.events import ApplicationsToDecide
from policies.trials.models import UnderwritingBackTest, UnderwritingBackTestRow
from policies.underwriting.models import UnderwritingDecision
from products.compiled import compiled
from products.models import ProductVersion
from products.rules.definition import Definition
from products.services.back_tests import Past, compare_part
from products.services.runs import WORKER, Item, Work

TABLE = "underwriting"
# What the platform knows of people and no applicant is asked about.
KNOWN = frozenset({"age", "sex", "holder_age", "relationship", "existing_sum_insured"})
REASON = "Back-test of an underwriting table"


def decisions_of(version: ProductVersion) -> QuerySet[UnderwritingDecision]:
    """Every decision a table made about an application for the version's product."""
    return UnderwritingDecision.objects.filter(
        product_version__product=version.product_id, subject_kind="application", is_automatic=True
    )


def _book(version: ProductVersion, at: datetime) -> tuple[int, int]:
    found = decisions_of(version).aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0


def _next_decisions(run: UnderwritingBackTest, most: int) -> list[Item]:
    rows = decisions_of(run.version).filter(pk__gt=run.after_id, pk__lte=run.through_id).order_by("pk")[:most]
    return [(row.pk, row) for row in rows]


def _decide_again(run: UnderwritingBackTest, items: Sequence[Item], at: datetime) -> None:
    record_access(
        kind=AccessKind.EXPORT, subject=UnderwritingDecision._meta.db_table, subject_id=str(run.uuid), field="record",
        count=len(items), reason=f"{REASON}: {run.started_by_label}", by=WORKER, at=at,
    )  # fmt: skip
    versions = ProductVersion.objects.defer("source").in_bulk({row.product_version_id for _pk, row in items})
    # The version decided on says what is a fact of the price: no draft turns an answer into one.
    decided_on = {pk: compiled(version).definition for pk, version in versions.items()}
    past = [_past(row, decided_on[row.product_version_id]) for _pk, row in items]
    compare_part(run, TABLE, past, UnderwritingBackTestRow)


def _past(row: UnderwritingDecision, definition: Definition) -> Past:
    inputs = row.opened().get("inputs", {})
    return Past(row.pk, row.product_version_id, row.subject_no, inputs, row.outcome, _shown(inputs, definition))


def _shown(inputs: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    """The facts of the price and what the platform knows; an answer keeps its name only."""
    open_ = KNOWN | definition.inputs_by_key.keys()
    return {key: str(value) if key in open_ else None for key, value in inputs.items()}


UNDERWRITING = Work(UnderwritingBackTest, ApplicationsToDecide, _book, _next_decisions, _decide_again)

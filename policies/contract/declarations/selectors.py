"""What the panel of declarations shows: each quarter, the premium for what was declared, the accounts overdue."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date
from policies.contract.declarations.models import OverdueReport, QuarterNotice, TurnoverDeclaration
from policies.contract.declarations.rules.quarters import Quarter, Standing, cut_short, quarters_of
from policies.contract.declarations.rules.settlement import Settlement
from policies.contract.models import Policy
from policies.contract.selectors import product_of
from policies.contract.states import PolicyState
from policies.loading import without_files
from policies.underwriting.models import UnderwritingDecision
from policies.underwriting.rules.loading import loaded_premium
from policies.underwriting.states import Outcome
from products.compiled import compiled
from products.models import ProductVersion
from products.rules.facts import one_spelling
from products.rules.steps.kind import NotPriceable
from products.rules.terms import Declarations

ASKED_AFTER_END = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """One quarter as the panel shows it; `newest` is what counts, `corrections` how often it was put right."""

    quarter: Quarter
    standing: Standing
    newest: TurnoverDeclaration | None

    @property
    def corrections(self) -> int:
        return self.newest.number - 1 if self.newest else 0

    @property
    def can_declare(self) -> bool:
        return self.standing != Standing.RUNNING


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An account reported; prints its buyer masked, as staff see it, unless `buyer` is asked for."""

    report: OverdueReport

    @property
    def buyer(self) -> str:
        """The name as the seller wrote it; for the seller's own page."""
        return str(self.report.buyer.open())


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything of the panel. `settlement` is None until something is declared, or when the tariff has no answer."""

    asked: Declarations
    quarters: tuple[QuarterRow, ...]
    settlement: Settlement | None
    overdue: tuple[OverdueRow, ...]

    @property
    def is_declared(self) -> bool:
        return any(row.newest for row in self.quarters)

    @property
    def is_complete(self) -> bool:
        return all(row.newest for row in self.quarters)


def declarations_desk(policy: Policy, at: datetime) -> Desk | None:
    """The panel of a policy; None where nothing is declared. At most three queries, none for other products."""
    asked = product_of(policy).terms.declarations
    if asked is None or policy.state == PolicyState.CANCELLED:
        return None
    newest = newest_declarations(policy)
    today = business_date(at)
    return Desk(
        asked=asked,
        quarters=tuple(
            QuarterRow(one, one.standing(newest.keys(), today), newest.get(one.first))
            for one in quarters_of(cut_short(policy.span, policy.ended_at), asked.due_days)
        ),
        settlement=settlement_of(policy, asked, list(newest.values())) if newest else None,
        overdue=tuple(
            OverdueRow(row) for row in OverdueReport.objects.filter(policy=policy).order_by("-due_date", "-id")
        ),
    )


def newest_declarations(policy: Policy) -> dict[date, TurnoverDeclaration]:
    """The declaration that counts for each quarter, by its first day."""
    rows = TurnoverDeclaration.objects.filter(policy=policy).order_by("first_date", "number")
    return {row.first_date: row for row in rows}


def settlement_of(policy: Policy, asked: Declarations, rows: list[TurnoverDeclaration]) -> Settlement | None:
    """The price of the quote worked out again with the turnover declared, and the loading underwriting agreed.

    The tariff is the policy's own: its product version is frozen. None where the tariff has no rate for so much.
    """
    product = product_of(policy)
    declared = Money.total((row.money for row in rows), policy.currency)
    facts = product.read_facts(policy.quote.facts, policy.quote.plan)
    try:
        breakdown = product.price(facts | {asked.of: one_spelling(declared.amount)})
    except NotPriceable:
        return None
    tariff = Money(breakdown.total, breakdown.currency)
    return Settlement(
        declared=declared,
        steps=tuple(line.words for line in breakdown.trace if line.coverage),
        tariff_premium=tariff,
        premium=loaded_premium(tariff, _loading_of(policy)),
        deposit=policy.price,
    )


def _loading_of(policy: Policy) -> Decimal:
    decision = UnderwritingDecision.objects.filter(subject_no=policy.application_no).order_by("-id")
    found = decision.values_list("outcome", "loading_percent").first()
    return found[1] if found and found[0] == Outcome.LOAD else Decimal(0)


def quarters_over() -> QuerySet[Any]:
    """The quarters whose end was told, of every policy that still declares, with the turnover that counts."""
    declared = TurnoverDeclaration.objects.filter(policy=OuterRef("policy"), first_date=OuterRef("first_date"))
    told = QuarterNotice.objects.filter(is_late=False).exclude(policy__state=PolicyState.CANCELLED)
    return told.select_related("policy__product_version__product").annotate(
        is_declared=Exists(declared), turnover=Subquery(declared.order_by("-number").values("turnover")[:1])
    )


def _declaring_versions() -> list[ProductVersion]:
    """Versions under which turnover is declared. What a version asks for is read once a process."""
    versions = ProductVersion.objects.exclude(policies=None).defer("definition", "source").distinct()
    return [version for version in versions if compiled(version).terms.declarations]


def declaring_policies(at: datetime) -> QuerySet[Policy]:
    """Policies with a quarter behind them under which turnover is declared; long ended ones are not asked any more."""
    return (
        Policy.objects.filter(
            product_version__in=_declaring_versions(),
            state__in=[PolicyState.IN_FORCE, PolicyState.SURRENDERED, PolicyState.EXPIRED],
            period__startswith__lt=at,
            period__endswith__gt=at - ASKED_AFTER_END,
        )
        .select_related("user", "product_version")
        .defer(*without_files())
        .order_by("id")
    )


def open_differences(at: datetime) -> list[int]:
    """Policies that are over and wholly declared whose premium differs from the one paid in advance, by key."""
    over = declaring_policies(at).filter(turnover_declarations__isnull=False).exclude(state=PolicyState.IN_FORCE)
    found = []
    for policy in over.distinct():
        desk = declarations_desk(policy, at)
        if desk and desk.is_complete and not (desk.settlement and desk.settlement.difference.amount == 0):
            found.append(policy.pk)
    return found

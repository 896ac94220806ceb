"""Writing down what the insured seller declares. No money moves here: a person settles the difference at the end."""

from datetime import date, datetime
from decimal import Decimal

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from policies.contract.declarations.checks import check_can_declare, check_can_report, check_turnover
from policies.contract.declarations.models import OverdueReport, TurnoverDeclaration
from policies.contract.declarations.rules.quarters import report_by
from policies.contract.models import Policy
from policies.loading import without_files


@use_case
def declare_turnover(*, policy: Policy, first: date, turnover: Decimal, by: Actor, at: datetime) -> TurnoverDeclaration:
    """Note the turnover of the quarter that begins on `first`; the same figure again changes nothing.

    Raises:
        Refused: as `check_can_declare` and `check_turnover`.
    """
    locked = _locked(policy)
    quarter = check_can_declare(locked, first, business_date(at))
    check_turnover(turnover)
    newest = TurnoverDeclaration.objects.filter(policy=locked, first_date=first).order_by("-number").first()
    if newest is not None and newest.turnover == turnover:
        return newest
    return TurnoverDeclaration.objects.create(
        policy=locked,
        first_date=quarter.first,
        end_date=quarter.end,
        number=newest.number + 1 if newest else 1,
        turnover=turnover,
        currency=locked.currency,
        declared_at=at,
        declared_by_kind=by.kind,
        declared_by_id=by.id,
        declared_by_label=by.label,
    )


@use_case
def report_overdue(
    *, policy: Policy, buyer: str, invoice_no: str, due_date: date, amount: Decimal, by: Actor, at: datetime
) -> OverdueReport:
    """Note an account that is overdue, and whether it is told in time.

    Raises:
        Refused: as `check_can_report`.
    """
    locked, today = _locked(policy), business_date(at)
    asked = check_can_report(locked, invoice_no, due_date, amount, today)
    return OverdueReport.objects.create(
        policy=locked,
        buyer=buyer,
        invoice_no=invoice_no,
        due_date=due_date,
        amount=amount,
        currency=locked.currency,
        in_time=today <= report_by(due_date, asked.overdue_days, asked.report_days),
        reported_at=at,
        reported_by_kind=by.kind,
        reported_by_id=by.id,
        reported_by_label=by.label,
    )


def _locked(policy: Policy) -> Policy:
    policies = Policy.objects.select_for_update(of=("self",)).select_related("product_version")
    return policies.defer(*without_files()).get(pk=policy.pk)

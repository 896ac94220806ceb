"""Writing down what the insured seller declares, and asking for it. No money moves here: a person settles the
difference at the end.
"""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from customers.services.messages import send_message
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date, midnight
from policies.contract.declarations.checks import check_can_declare, check_can_report, check_turnover
from policies.contract.declarations.models import OverdueReport, QuarterNotice, TurnoverDeclaration
from policies.contract.declarations.rules.quarters import Standing, report_by
from policies.contract.declarations.selectors import QuarterRow, declarations_desk
from policies.contract.models import Policy
from policies.contract.selectors import product_of
from policies.loading import without_files
from policies.words import day_in, in_both_languages

DUE = _(
    "%(product)s, policy %(no)s: the quarter from %(first)s is over. Declare its turnover by %(due)s; what is not "
    "declared in time is not insured."
)
LATE = _(
    "%(product)s, policy %(no)s: the turnover of the quarter from %(first)s was to be declared by %(due)s. Declare it "
    "all the same; a person looks at what the delay means for your cover."
)


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


@use_case
def remind_of_quarters(*, policy: Policy, by: Actor, at: datetime) -> int:
    """Send what this policy's holder has not been told yet; the number of messages. A second time sends nothing."""
    locked = _locked(policy)
    desk = declarations_desk(locked, at)
    if desk is None:
        return 0
    told = set(QuarterNotice.objects.filter(policy=locked).values_list("first_date", "is_late"))
    wanted = [row for row in desk.quarters if row.standing in {Standing.DUE, Standing.LATE}]
    new = [row for row in wanted if (row.quarter.first, row.standing == Standing.LATE) not in told]
    for row in new:
        _tell(locked, row, told, by=by, at=at)
    return len(new)


def _tell(policy: Policy, row: QuarterRow, told: set[tuple], *, by: Actor, at: datetime) -> None:
    quarter, is_late = row.quarter, row.standing == Standing.LATE
    # A quarter first seen when its day had passed still stands in the list of quarters that are over.
    for late in {False, is_late} - {late for first, late in told if first == quarter.first}:
        QuarterNotice.objects.create(
            policy=policy,
            number=quarter.number,
            first_date=quarter.first,
            due_date=quarter.due,
            is_late=late,
            sent_at=at,
        )
    words = {"first": day_in(midnight(quarter.first)), "due": day_in(midnight(quarter.due)), "no": policy.no}
    name = product_of(policy).definition.name
    send_message(
        user=policy.user,
        kind="quarter_late" if is_late else "quarter_due",
        title=in_both_languages(_("Declare turnover: %(product)s"), product=name),
        body=in_both_languages(LATE if is_late else DUE, product=name, **words),
        subject_kind="policy",
        subject_no=policy.no,
        by=by,
        at=at,
    )


def _locked(policy: Policy) -> Policy:
    policies = Policy.objects.select_for_update(of=("self",)).select_related("product_version", "user")
    return policies.defer(*without_files()).get(pk=policy.pk)

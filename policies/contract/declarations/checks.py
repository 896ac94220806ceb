"""May this be declared or reported now? One raising check per action."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from policies.contract.declarations.models import OverdueReport
from policies.contract.declarations.rules.quarters import Quarter, cut_short, quarters_of
from policies.contract.models import Policy
from policies.contract.selectors import product_of
from policies.contract.states import PolicyState
from products.rules.terms import Declarations

LARGEST = Decimal(10) ** 12


def check_declares(policy: Policy) -> Declarations:
    """What the policy asks for. Raises `Refused`: nothing, or it was cancelled."""
    asked = product_of(policy).terms.declarations
    if asked is None:
        raise Refused("declares_nothing", _("Nothing is declared under this policy."))
    if policy.state == PolicyState.CANCELLED:
        raise Refused("policy_over", _("This policy was cancelled as if it had never begun."))
    return asked


def check_can_declare(policy: Policy, first: date, today: date) -> Quarter:
    """The quarter that begins on a day. Raises `Refused`: as `check_declares`, no such quarter, or it is not over."""
    asked = check_declares(policy)
    quarters = quarters_of(cut_short(policy.span, policy.ended_at), asked.due_days)
    found = next((one for one in quarters if one.first == first), None)
    if found is None:
        raise Refused("no_such_quarter", _("No quarter of this policy begins on that day."))
    if today < found.end:
        raise Refused("quarter_still_runs", _("This quarter is not over yet. Declare it once its last day has passed."))
    return found


def check_turnover(turnover: Decimal) -> None:
    """Raises `Refused`: below zero, too large, or finer than a cent."""
    if not 0 <= turnover < LARGEST or turnover != turnover.quantize(Decimal("0.01")):
        raise Refused(
            "turnover_wrong", _("Enter the turnover in yuan, 0 or more, with at most two decimals."), "turnover"
        )


def check_can_report(policy: Policy, invoice_no: str, due_date: date, amount: Decimal, today: date) -> Declarations:
    """Raises `Refused`: as `check_declares`, not overdue, due before the cover, or reported."""
    asked = check_declares(policy)
    if due_date >= today:
        raise Refused(
            "not_overdue", _("This account is not overdue yet. Report it after its due date has passed."), "due_date"
        )
    if due_date < policy.span.first_day:
        raise Refused(
            "due_before_cover", _("This account fell due before the cover began, so it is not insured."), "due_date"
        )
    if not 0 < amount < LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise Refused("amount_wrong", _("Enter the unpaid amount in yuan, more than 0."), "amount")
    if OverdueReport.objects.filter(policy=policy, invoice_no=invoice_no).exists():
        raise Refused("reported_already", _("This invoice has been reported already."), "invoice_no")
    return asked

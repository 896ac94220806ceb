"""What becomes of an application when a person decided, or when the applicant asks for one."""

from datetime import datetime, timedelta

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import publish
from insureweb.kernel.periods import business_date, midnight
from insureweb.kernel.states import transition
from policies.events import ApplicationDecided
from policies.offers.selectors import product_of
from policies.sale.checks import check_can_ask_for_review
from policies.sale.models import Application
from policies.sale.services.locking import lock_application
from policies.sale.services.submission import apply_decision, open_case
from policies.sale.states import APPLICATION_MACHINE, ApplicationState
from policies.underwriting.models import UnderwritingDecision

# The time in the queue is not the customer's: the price is held at least a week from the answer.
DECIDE_WITHIN = timedelta(days=8)


@use_case
def settle_referral(
    *, application: Application, decision: UnderwritingDecision, by: Actor, at: datetime
) -> Application:
    """An underwriter decided: it waits for payment, for the customer's yes to changed terms, or ends with a reason."""
    locked = lock_application(application)
    held = max(locked.expires_at, midnight(business_date(at) + DECIDE_WITHIN))
    apply_decision(locked, decision, by=by, at=at, expires_at=held)
    code = product_of(locked.quote).definition.code
    publish(ApplicationDecided(application_no=locked.no, product_code=code, outcome=str(decision.outcome)), at=at)
    return locked


@use_case
def ask_for_review(*, application: Application, by: Actor, at: datetime) -> Application:
    """The applicant asks a person to look at an automatic decision (Personal Information Protection Law art. 24).

    Raises:
        Refused: as `check_can_ask_for_review`.
    """
    locked = lock_application(application)
    if locked.state == ApplicationState.REFERRED:
        return locked
    check_can_ask_for_review(locked)
    transition(locked, APPLICATION_MACHINE, ApplicationState.REFERRED, by=by, at=at)
    open_case(locked, locked.decision, asked_by_customer=True, by=by, at=at)
    return locked

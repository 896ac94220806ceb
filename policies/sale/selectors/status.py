"""Where a submitted application stands."""

from dataclasses import dataclass
from datetime import datetime

from insureweb.kernel.checks import reason_against
from insureweb.kernel.localized import Localized
from policies.contract.models import Policy
from policies.sale.checks import check_can_ask_for_review
from policies.sale.models import Application
from policies.sale.selectors.pages import payable_order
from policies.sale.states import ApplicationState
from policies.underwriting.models import Referral


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page of an application says."""

    reasons: tuple[Localized, ...] = ()
    special_terms: tuple[Localized, ...] = ()
    deadline: datetime | None = None
    order_no: str = ""
    policy_no: str = ""
    no_review: str | None = None
    over: bool = False


def standing_of(application: Application, at: datetime) -> Standing:
    """Reasons, deadline, order or policy of a submitted application."""
    state, decision = application.state, application.decision
    if state == ApplicationState.ISSUED:
        return Standing(policy_no=Policy.objects.values_list("no", flat=True).get(quote=application.quote))
    reasons = tuple(decision.reasons) if decision else ()
    if state == ApplicationState.REFERRED:
        return Standing(reasons=reasons, deadline=_deadline(application))
    if state == ApplicationState.OFFERED:
        return Standing(
            reasons, tuple(decision.special_terms), application.expires_at, over=application.expires_at <= at
        )
    if state == ApplicationState.ACCEPTED:
        order = payable_order(application, at)
        return Standing(reasons=reasons, order_no=order.no if order else "", over=application.expires_at <= at)
    if state in {ApplicationState.DECLINED, ApplicationState.POSTPONED}:
        return Standing(reasons=reasons, no_review=reason_against(check_can_ask_for_review, application))
    return Standing(reasons=reasons, over=True)


def _deadline(application: Application) -> datetime | None:
    referral = Referral.objects.filter(subject_kind="application", subject_no=application.no).order_by("-id").first()
    return referral.deadline_at if referral else None

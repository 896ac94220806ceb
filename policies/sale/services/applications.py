"""Beginning and ending an application."""

import json
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from insureweb.kernel.states import transition
from policies.contract.models import Policy
from policies.contract.selectors import product_of as product_of_policy
from policies.contract.states import PolicyState
from policies.offers.models import Quote
from policies.offers.rosters.models import RosterOffer
from policies.offers.rosters.rules.columns import is_group
from policies.offers.selectors import check_not_expired, product_of
from policies.offers.services import claim_quote
from policies.sale.models import Application, Order
from policies.sale.models.applications import OVER
from policies.sale.services.household import close_unpaid
from policies.sale.services.locking import lock_application, lock_sharing
from policies.sale.states import APPLICATION_MACHINE, ApplicationState, OrderState
from policies.underwriting.services import withdraw_referral

SUBJECT = "application"
NO_ROSTER = _("This price does not come from a roster. Please upload the list of people.")


@use_case
def start_application(*, quote: Quote, user: User, by: Actor, at: datetime) -> Application:
    """Begin the application of a quote, or go on with the one there is.

    A quote worked out from a policy that ends soon renews that policy. Its application may since stand on another
    price, and is found again by the policy.

    Raises:
        Refused: the quote belongs to somebody else, its price is no longer held, or a group has no roster.
    """
    if is_group(product_of(quote).definition) and not RosterOffer.objects.filter(quote=quote).exists():
        raise Refused("no_roster", NO_ROSTER)
    claim_quote(quote=quote, user=user, by=by, at=at)
    renews_no = _policy_renewed(quote, user, at)
    same = Q(quote=quote) | Q(user=user, renews_no=renews_no) if renews_no else Q(quote=quote)
    existing = Application.objects.filter(same).exclude(state__in=OVER).order_by("-id").first()
    if existing is not None:
        return existing
    check_not_expired(quote, at)
    try:
        with transaction.atomic():
            return Application.objects.create(
                no=allocate("application", at=at),
                quote=quote,
                user=user,
                answers=json.dumps({}),
                saved={},
                premium=quote.total,
                currency=quote.currency,
                renews_no=renews_no,
                created_at=at,
                expires_at=quote.expires_at,
            )
    except IntegrityError:
        return Application.objects.exclude(state__in=OVER).get(quote=quote)


def _policy_renewed(quote: Quote, user: User, at: datetime) -> str:
    """The number of the policy this quote renews: the price goes back to it and its notice of renewal is due."""
    source = quote.based_on
    while source is not None:
        policy = Policy.objects.filter(quote=source, user=user, state=PolicyState.IN_FORCE).first()
        if policy is not None:
            notice = timedelta(days=product_of_policy(policy).terms.renewal_notice_days)
            return policy.no if policy.period.upper - at <= notice else ""
        source = source.based_on
    return ""


@use_case
def withdraw_application(*, application: Application, reason: str = "", by: Actor, at: datetime) -> Application:
    """The applicant changed their mind; an unpaid order and a live referral go with it."""
    lock_sharing([application])
    locked = lock_application(application)
    transition(locked, APPLICATION_MACHINE, ApplicationState.WITHDRAWN, by=by, at=at, reason=reason)
    for order in Order.objects.filter(applications=locked, state=OrderState.OPEN):
        close_unpaid(order, OrderState.CANCELLED, by=by, at=at)
    withdraw_referral(subject_kind=SUBJECT, subject_no=locked.no, by=by, at=at)
    return locked


@use_case
def expire_application(*, application: Application, by: Actor, at: datetime) -> Application:
    """The price is no longer held; the application ends, its live referral with it."""
    locked = lock_application(application)
    if locked.expires_at > at or not APPLICATION_MACHINE.following(locked.state):
        return locked
    if Order.objects.filter(applications=locked, state=OrderState.OPEN).exists():
        return locked
    transition(locked, APPLICATION_MACHINE, ApplicationState.EXPIRED, by=by, at=at)
    withdraw_referral(subject_kind=SUBJECT, subject_no=locked.no, by=by, at=at)
    return locked

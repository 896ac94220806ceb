"""A partner's system tells what happened: the claim is reported and decided without anybody filling in a form."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from claims.checks import Incident
from claims.models import Claim, PartnerRecord
from claims.selectors.cover import Cover, covers_of
from claims.services.reporting import known_account, name_payee, report_incident, submit_claim
from claims.words import in_both
from customers.services.messages import send_message
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from policies.contract.models import Policy

HOUSE = Actor.system("claims")
COURIER = "courier"


@dataclass(frozen=True, slots=True)
class ParcelReturned:
    """The courier delivered a returned parcel: its waybill, when, and the freight paid."""

    waybill: str
    delivered_at: datetime
    freight: Decimal


@use_case
def report_return(*, policy: Policy, partner: str, event: ParcelReturned, by: Actor, at: datetime) -> Claim:
    """Report the claim a courier's delivery sets off, and send it when the account to pay is known.

    Without an account the claim waits as a draft and the customer is asked. The same waybill counts once.

    Raises:
        Refused: the policy has no cover proved by a courier, the delivery cannot be, or the day is claimed already.
    """
    known = _claim_of(partner, event.waybill)
    if known is not None:
        _check_same_policy(known, policy)
        return known
    if not policy.issued_at <= event.delivered_at <= at:
        words = _("The return was delivered before the cover was bought, or the time lies in the future.")
        raise Refused("claim_event_date", words, "delivered_at")
    cover = _cover_by_courier(policy, event)
    incident = Incident(
        cause=cover.causes[0],
        event_date=business_date(event.delivered_at),
        what_happened=str(_("The courier delivered the return, waybill %(waybill)s.") % {"waybill": event.waybill}),
        claimed=event.freight,
    )
    try:
        with transaction.atomic():
            claim = report_incident(
                user=policy.user, policy=policy, coverage=cover.code, incident=incident, by=by, at=at
            )
            PartnerRecord.objects.create(
                claim=claim, kind=COURIER, partner=partner, reference=event.waybill, happened_at=event.delivered_at,
                at=at,
            )  # fmt: skip
    except IntegrityError as error:
        if "partner_record_counts_once" not in str(error):
            raise
        # The same delivery was told twice at once; the other one's claim stands.
        known = _claim_of(partner, event.waybill)
        assert known is not None  # noqa: S101
        return known
    return _sent_or_asked(claim, at)


def _claim_of(partner: str, waybill: str) -> Claim | None:
    record = PartnerRecord.objects.filter(partner=partner, kind=COURIER, reference=waybill).first()
    return record.claim if record else None


def _check_same_policy(claim: Claim, policy: Policy) -> None:
    if claim.policy_id != policy.pk:
        raise Refused("waybill_used", _("This waybill was told for another policy."), "waybill")


def _cover_by_courier(policy: Policy, event: ParcelReturned) -> Cover:
    for cover in covers_of(policy, business_date(event.delivered_at)):
        if cover.paper_keys == {COURIER}:
            return cover
    raise Refused("not_by_courier", _("This policy has no cover that a courier’s record proves."))


def _sent_or_asked(claim: Claim, at: datetime) -> Claim:
    account = known_account(claim)
    if account:
        named = name_payee(claim=claim, account=account, by=HOUSE, at=at)
        return submit_claim(claim=named, by=HOUSE, at=at)
    send_message(
        user=claim.user,
        kind="claim_account_wanted",
        title=in_both(_("Where should we pay the freight of your return?")),
        body=in_both(_("The courier delivered your return. Open the claim, name your account, and we pay at once.")),
        subject_kind="claim",
        subject_no=claim.no,
        by=HOUSE,
        at=at,
    )
    return claim

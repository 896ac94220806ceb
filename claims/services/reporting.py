"""The customer reports a claim: a draft, its papers, the account, and sending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from claims.checks import (
    Incident,
    Relative,
    check_acts_for_insured,
    check_family,
    check_incident,
    check_is_draft,
    check_may_report,
    check_may_withdraw,
    check_member_insured,
    check_not_the_employers,
    check_payee,
)
from claims.events import ClaimSubmitted
from claims.models import BenefitKind, Claim, Duty, Payee
from claims.rules.payees import may_receive
from claims.selectors.cover import Cover, cover_of, product_of
from claims.selectors.readers import payee_kept_by, reads_everything
from claims.services.deadlines import drop_duty, start_duty
from claims.services.locking import locked_claim
from claims.services.reserves import release_reserve
from claims.states import CLAIM, LIVE, ClaimState
from customers.models import User
from customers.selectors import own_party
from customers.services.parties import record_person, set_bank_account
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import transition
from policies.contract.models import Policy, PolicyMember


@use_case
def report_incident(
    *,
    user: User,
    policy: Policy,
    coverage: str,
    incident: Incident,
    member: PolicyMember | None = None,
    draft: Claim | None = None,
    by: Actor,
    at: datetime,
) -> Claim:
    """Save what happened as a draft, new or begun before. On a group policy it happened to `member`.

    Raises:
        Refused: the policy is another's, the member is missing or was not insured on that day, there is no such cover,
            the days cannot be, or the draft was sent already.
    """
    check_may_report(user, policy, member)
    today = business_date(at)
    cover = cover_of(policy, coverage, incident.event_date or today)
    check_incident(incident, cover.terms.kind, today)
    check_member_insured(member, incident)
    if incident.cause not in cover.cause_choices:
        raise Refused("claim_cause", _("Choose the cause."), field="cause")
    claim = locked_claim(draft.no) if draft else _new_draft(user, policy, member, at)
    check_is_draft(claim)
    if claim.member_id != (member.pk if member else None):
        raise Refused("other_member", _("This draft is about another person. Begin a new one."), field="cover")
    _write_incident(claim, policy, cover, incident)
    claim.save()
    return claim


def _new_draft(user: User, policy: Policy, member: PolicyMember | None, at: datetime) -> Claim:
    return Claim(
        no=allocate("claim", insurer=policy.insurer.code, at=at),
        user=user,
        member=member,
        claimant=None if member else own_party(user) or policy.holder,
        payee_is=Payee.SELF if member else "",
        currency=policy.currency,
        created_at=at,
    )


def _write_incident(claim: Claim, policy: Policy, cover: Cover, incident: Incident) -> None:
    in_hospital = cover.terms.kind == BenefitKind.DAILY_CASH
    costs = cover.terms.kind in (BenefitKind.REIMBURSEMENT, BenefitKind.INDEMNITY)
    claim.policy = policy
    claim.coverage, claim.benefit = cover.code, cover.terms.kind
    claim.line = product_of(policy).definition.category
    claim.cause = incident.cause
    assert incident.event_date is not None  # noqa: S101  checked by the caller
    claim.event_date = incident.event_date
    claim.admitted_date = incident.admitted if in_hospital else None
    claim.discharged_date = incident.discharged if in_hospital else None
    claim.hospital = incident.hospital.strip() if in_hospital else None
    claim.what_happened = incident.what_happened.strip()
    claim.amount_claimed = incident.claimed if costs and incident.claimed else 0
    if claim.member and not may_receive(claim.payee_is, claim.benefit):
        claim.payee_is, claim.claimant = Payee.SELF, None
    claim.stay = _stay(claim)


def _stay(claim: Claim) -> tuple[Any, Any]:
    """The days no second claim may take. A sum that is paid once takes all time."""
    if claim.benefit == BenefitKind.LUMP_SUM:
        return (None, None)
    if claim.benefit == BenefitKind.DAILY_CASH and claim.admitted_date and claim.discharged_date:
        return (claim.admitted_date, max(claim.discharged_date, claim.admitted_date + timedelta(days=1)))
    return (claim.event_date, claim.event_date + timedelta(days=1))


@use_case
def name_payee(*, claim: Claim, account: str, by: Actor, at: datetime) -> Claim:
    """Say where the money goes. Only the claimant, or the member of a group, is paid; the holder's name is theirs.

    Raises:
        Refused: not an account number, or the claim was sent already.
    """
    digits = check_payee(account)
    locked = locked_claim(claim.no)
    check_is_draft(locked)
    check_not_the_employers(locked, digits)
    locked.payee_name, locked.payee_account = locked.payee.name.open(), digits
    locked.save(update_fields=["payee_name", "payee_account", "payee_account_index"])
    return locked


@use_case
def name_family(*, claim: Claim, relative: Relative, by: Actor, at: datetime) -> Claim:
    """A member's death benefit goes to this person of the close family. See `claims.rules.payees`.

    Raises:
        Refused: not a group's claim, not a benefit for the family, no close relative, or the claim was sent already.
    """
    locked = locked_claim(claim.no)
    check_is_draft(locked)
    check_family(locked, relative.payee_is)
    locked.claimant = record_person(owner=locked.user, name=relative.name, id_number=relative.id_number, by=by, at=at)
    locked.payee_is = relative.payee_is
    locked.payee_name = locked.payee_account = None
    locked.save(update_fields=["claimant", "payee_is", "payee_name", "payee_account", "payee_account_index"])
    return locked


@use_case
def name_member(*, claim: Claim, by: Actor, at: datetime) -> Claim:
    """The member is paid after all. Nothing changes when that is so already.

    Raises:
        Refused: the claim was sent already.
    """
    locked = locked_claim(claim.no)
    check_is_draft(locked)
    if locked.member and locked.payee_is != Payee.SELF:
        locked.claimant, locked.payee_is = None, Payee.SELF
        locked.payee_name = locked.payee_account = None
        locked.save(update_fields=["claimant", "payee_is", "payee_name", "payee_account", "payee_account_index"])
    return locked


@use_case
def submit_claim(*, claim: Claim, by: Actor, at: datetime) -> Claim:
    """Send the draft. Sending it again does nothing.

    Raises:
        Refused: the account is missing, or these days are claimed already.
    """
    locked = locked_claim(claim.no)
    if locked.state != ClaimState.DRAFT:
        return locked
    if locked.payee_account is None:
        raise Refused("payee_missing", _("Say to which account we should pay."), field="account")
    check_not_claimed(locked)
    try:
        with transaction.atomic():
            transition(locked, CLAIM, ClaimState.SUBMITTED, by=by, at=at, notified_at=at)
    except IntegrityError as error:
        if "claim_one_live_for_a_stay" not in str(error):
            raise
        raise _claimed_already("") from error
    for duty in (Duty.ASK_ONCE, Duty.DECIDE, Duty.ADVANCE):
        start_duty(locked, duty, at=at)
    publish(
        ClaimSubmitted(
            claim_no=locked.no, policy_no=locked.policy.no, coverage=locked.coverage, event_date=locked.event_date
        ),
        at=at,
    )
    return locked


def _claimed_already(number: str) -> Refused:
    message: Any = _("These days have been claimed already.")
    if number:
        message = _("These days have been claimed already, in claim %(number)s. Open that claim to add to it.")
        message = message % {"number": number}
    return Refused("claimed_already", message, field="cover")


def check_not_claimed(claim: Claim) -> None:
    """Raises `Refused` when a live claim takes the same days of the same cover; the constraint stands behind it."""
    others = Claim.objects.filter(policy_id=claim.policy_id, member_id=claim.member_id, coverage=claim.coverage)
    same = others.filter(state__in=LIVE, stay__overlap=claim.stay).exclude(pk=claim.pk).order_by("id")
    first = same.values_list("no", "user_id").first()
    if first:
        raise _claimed_already(first[0] if first[1] == claim.user_id else "")


@use_case
def withdraw_claim(*, claim: Claim, by: Actor, at: datetime, reason: str = "") -> Claim:
    """The customer takes the claim back; it can be reported again.

    Raises:
        Refused: it has been decided.
    """
    locked = locked_claim(claim.no)
    if locked.state == ClaimState.WITHDRAWN:
        return locked
    check_may_withdraw(locked)
    check_acts_for_insured(locked, by)
    release_reserve(locked, by=by, at=at)
    transition(locked, CLAIM, ClaimState.WITHDRAWN, by=by, at=at, reason=reason)
    drop_duty(locked, *Duty, at=at)
    return locked


@use_case
def send_claim(
    *, claim: Claim, account: str | None, relative: Relative | None = None, by: Actor, at: datetime
) -> Claim:
    """The last step: the account typed, or None for the one known already, then sending. Sent twice counts once.

    A member's death benefit goes to `relative`; without one the member is paid.

    Raises:
        Refused: no account, not an account, no close relative, or these days are claimed already.
    """
    locked = locked_claim(claim.no)
    if locked.state != ClaimState.DRAFT:
        return locked
    if relative is not None:
        locked = name_family(claim=locked, relative=relative, by=by, at=at)
    else:
        locked = name_member(claim=locked, by=by, at=at)
    number = account or known_account(locked)
    if number:
        locked = name_payee(claim=locked, account=number, by=by, at=at)
    keeper = payee_kept_by(locked)
    if number and keeper is not None and keeper.bank_account is None and keeper.owner_id == locked.user_id:
        set_bank_account(party=keeper, bank_account=number, by=by, at=at)
    return submit_claim(claim=locked, by=by, at=at)


def known_account(claim: Claim) -> str:
    """The account typed for this draft or kept with the payee; empty when there is none. Never for a page."""
    keeper = payee_kept_by(claim)
    for sealed in (claim.payee_account, keeper.bank_account if keeper else None):
        if sealed is not None:
            return str(sealed.open())
    return ""


def known_ending(claim: Claim) -> str:
    """The last digits of the known account, for the page."""
    return known_account(claim)[-4:]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the customer told us, opened for the customer who told it."""

    hospital: str
    what_happened: str


def own_words(claim: Claim, user: Any) -> OwnWords:
    """Open a person's own words for that person.

    Raises:
        Refused: the claim is another's.
    """
    if not (reads_everything(claim, user) or (claim.is_draft and claim.user_id == user.pk)):
        raise Refused("unknown_claim", _("This claim is not yours."))
    return OwnWords(
        hospital=claim.hospital.open() if claim.hospital is not None else "",
        what_happened=claim.what_happened.open() if claim.what_happened is not None else "",
    )

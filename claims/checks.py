"""One raising check per action on a claim; forms, buttons and services ask the same ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from claims.models import BenefitKind, Claim, Maker, Outcome, Payee
from claims.rules.payees import may_receive
from claims.states import OPEN, ClaimState, SettlementState
from customers import refusals
from customers.models import User
from customers.rules import details
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.checks import Refused
from insureweb.kernel.sealed import normalised
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors import product_of
from policies.contract.selectors.members import accounts_of, is_member
from policies.offers.rosters.rules.columns import is_group

LONGEST_AGO_YEARS = 30
LARGEST_CLAIM = Decimal("99999999.99")


@dataclass(frozen=True, slots=True)
class Incident:
    """What the customer says happened. Dates and amounts are typed; the words are as typed."""

    cause: str
    event_date: date | None
    what_happened: str
    hospital: str = ""
    admitted: date | None = None
    discharged: date | None = None
    claimed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """Who receives a member's death benefit, as told: what they are to the member, name and resident ID number."""

    payee_is: str
    name: str
    id_number: str


def _refuse(field: str, message: object) -> None:
    raise Refused(f"claim_{field}", message, field=field)  # type: ignore[arg-type]


def check_event_date(incident: Incident, benefit: str, today: date) -> None:
    day = incident.event_date
    if day is None:
        _refuse("event_date", _("Tell us the day on which it happened."))
    elif day > today:
        _refuse("event_date", _("This day is in the future. Check the year and the month."))
    elif day.year < today.year - LONGEST_AGO_YEARS:
        _refuse("event_date", _("This is very long ago. Check the year."))


def check_words(incident: Incident, benefit: str, today: date) -> None:
    if len(incident.what_happened.strip()) < 5:
        _refuse("what_happened", _("Say in a few words what happened."))


def check_hospital(incident: Incident, benefit: str, today: date) -> None:
    if benefit == BenefitKind.DAILY_CASH and not incident.hospital.strip():
        _refuse("hospital", _("Name the hospital."))


def check_admitted(incident: Incident, benefit: str, today: date) -> None:
    if benefit != BenefitKind.DAILY_CASH:
        return
    if incident.admitted is None:
        _refuse("admitted", _("Tell us the day you went into hospital."))
    elif incident.admitted > today:
        _refuse("admitted", _("This day is in the future. Check the year and the month."))
    elif incident.event_date and incident.admitted < incident.event_date:
        _refuse("admitted", _("You went into hospital before it happened. Check both days."))


def check_discharged(incident: Incident, benefit: str, today: date) -> None:
    if benefit != BenefitKind.DAILY_CASH:
        return
    if incident.discharged is None:
        _refuse("discharged", _("Tell us the day you left hospital. If you are still there, report when you are out."))
    elif incident.discharged > today:
        _refuse("discharged", _("This day is in the future. Report once you have left hospital."))
    elif incident.admitted and incident.discharged < incident.admitted:
        _refuse("discharged", _("You left hospital before you went in. Check both days."))


def check_claimed(incident: Incident, benefit: str, today: date) -> None:
    if benefit not in (BenefitKind.REIMBURSEMENT, BenefitKind.INDEMNITY):
        return
    if incident.claimed is None or incident.claimed <= 0:
        _refuse("claimed", _("Enter what you paid or what the damage costs, above zero."))
    elif incident.claimed > LARGEST_CLAIM:
        _refuse("claimed", _("This amount is too large. Check the figures."))


IncidentCheck = Callable[[Incident, str, date], None]
INCIDENT_CHECKS: tuple[IncidentCheck, ...] = (
    check_event_date,
    check_words,
    check_hospital,
    check_admitted,
    check_discharged,
    check_claimed,
)


def check_incident(incident: Incident, benefit: str, today: date) -> None:
    """Raises `Refused` for the first thing that cannot be."""
    for check in INCIDENT_CHECKS:
        check(incident, benefit, today)


def check_may_report(user: User, policy: Policy, member: PolicyMember | None) -> None:
    """The account that holds the policy reports; of a group policy also the member, and always for one member.

    Raises:
        Refused: the policy is another's, or a group's without saying for whom.
    """
    whose = member is None or member.policy_id == policy.pk
    if not whose or not (policy.user_id == user.pk or (member is not None and is_member(user, member))):
        raise Refused("unknown_policy", _("Choose one of your own policies."), field="cover")
    if member is None and is_group(product_of(policy).definition):
        raise Refused("group_claim", _("Say first to whom of the group it happened."), field="cover")


def check_member_insured(member: PolicyMember | None, incident: Incident) -> None:
    if member is not None and incident.event_date and not member.is_insured_on(incident.event_date):
        words = _("This person was not insured here on that day. Check the day, or talk to a person.")
        raise Refused("member_not_insured", words, field="event_date")


def check_family(claim: Claim, payee_is: str) -> None:
    """The employer is nobody's beneficiary (Insurance Law art. 39)."""
    if claim.member is None or payee_is == Payee.SELF or not may_receive(payee_is, claim.benefit):
        words = _("Only a sum due on death goes to the family: husband or wife, children, parents, or other close kin.")
        raise Refused("payee_not_family", words, field="payee_is")


def check_not_the_employers(claim: Claim, account: str) -> None:
    """A member's money never goes to the account we know of the company that insures them."""
    known = claim.policy.holder.bank_account if claim.member else None
    if known is not None and normalised(known.open()) == normalised(account):
        words = _("This is the company’s account. The benefit belongs to the insured person: name their own account.")
        raise Refused("employers_account", words, field="account")


def check_is_draft(claim: Claim) -> None:
    if claim.state != ClaimState.DRAFT:
        raise Refused("claim_already_sent", _("This claim has been sent already and cannot be changed here."))


def check_acts_for_insured(claim: Claim, by: Actor) -> None:
    """Once a member's claim is sent, it is the member's: the employer who reported it neither withdraws nor appeals."""
    if claim.member is None or claim.is_draft or by.kind != ActorKind.CUSTOMER:
        return
    if not any(str(user.uuid) == by.id for user in accounts_of(claim.member)):
        raise Refused("not_the_insured", _("Only the insured person can do this. They may also talk to us."))


def check_takes_evidence(claim: Claim) -> None:
    """Files may be added until the claim is decided."""
    if claim.state not in (ClaimState.DRAFT, *OPEN):
        raise Refused("claim_decided", _("This claim has been decided; files can no longer be added."))


def check_may_withdraw(claim: Claim) -> None:
    if claim.state not in (ClaimState.DRAFT, *OPEN):
        raise Refused("claim_decided", _("This claim has been decided and can no longer be withdrawn."))
    if claim.amount_approved:
        raise Refused("claim_partly_paid", _("A part of this claim has been paid, so it can no longer be withdrawn."))


def check_may_review(claim: Claim) -> None:
    """A review is open to the customer once there is a decision to review."""
    if claim.state not in (ClaimState.PAID, ClaimState.REFUSED, ClaimState.CLOSED):
        raise Refused("claim_not_decided", _("A review can be asked for once the claim is decided."))


def check_may_ask(claim: Claim) -> None:
    """The law allows one request for documents, so it must be complete (Insurance Law article 22)."""
    if any(row.outcome == Outcome.DOCUMENTS and row.maker == Maker.PERSON for row in claim.decisions.all()):
        raise Refused(
            "asked_already",
            _("Documents have been asked for already; the law allows one request. Decide on what is there."),
            field="wanted",
        )


def check_nothing_on_its_way(claim: Claim) -> None:
    """Raises `Refused` while a payment of the claim is with the bank or with the second person."""
    if any(row.state == SettlementState.REQUESTED for row in claim.settlements.all()):
        raise Refused("payment_on_its_way", _("A payment of this claim is on its way. Wait for its answer."))


def check_payee(account: str) -> str:
    """The account in its one spelling.

    Raises:
        Refused: not an account number.
    """
    try:
        return str(refusals.detail(details.read_bank_account, account))
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="account") from refusal

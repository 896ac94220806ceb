"""A customer's claims: the list, one of them, and what waits for the customer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.models import Claim, ClaimDeadline, Settlement
from claims.selectors.cover import product_of
from claims.selectors.readers import Reader, reader_of
from claims.states import ClaimState, SettlementState
from customers.models import User
from insureweb.kernel.localized import Localized
from insureweb.kernel.templatetags.house import day_text, money_text


def with_everything() -> QuerySet[Claim]:
    """Claims with what every page of theirs shows, at a fixed number of queries."""
    return Claim.objects.select_related(
        "policy__insurer", "policy__product_version__product", "claimant", "member", "adjuster__staff_profile", "user"
    ).prefetch_related(
        Prefetch("deadlines", queryset=ClaimDeadline.objects.select_related("claim").order_by("id")),
        Prefetch("settlements", queryset=Settlement.objects.order_by("id")),
    )


def case_files() -> QuerySet[Claim]:
    """Claims with all that belongs to them, for the page of one."""
    return with_everything().prefetch_related("evidence", "decisions", "reviews", "records")


def claims_of(user: User, reader: Reader | None = None) -> QuerySet[Claim]:
    """Claims the user reported or that are about them, newest first; own drafts included, withdrawn ones left out."""
    return (
        with_everything()
        .filter((reader or reader_of(user)).visible)
        .exclude(state=ClaimState.WITHDRAWN)
        .order_by("-id")
    )


def claim_for(user: User, no: str) -> Claim:
    """One claim this user reported or that is about them.

    Raises:
        Claim.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    return case_files().filter(reader_of(user).visible).get(no=no)


def open_deadlines(claim: Claim) -> list[ClaimDeadline]:
    """Duties that run or wait for documents, the next one first."""
    return sorted((row for row in claim.deadlines.all() if row.is_open), key=lambda row: (row.due_at, row.pk))


def coverage_name(claim: Claim) -> Localized:
    return product_of(claim.policy).definition.coverages_by_key[claim.coverage].name


def claim_title(claim: Claim) -> str:
    """What a claim is called on screen, a member's with the masked name; never the words told: they are health data."""
    title = _("%(cover)s, %(day)s") % {"cover": coverage_name(claim), "day": day_text(claim.event_date)}
    return title if claim.member is None else f"{title} ({claim.member.name})"


def is_promised(claim: Claim) -> bool:
    """True when the customer may know of the money: a rule or a second person has let it go."""
    if claim.state in (ClaimState.PAYING, ClaimState.PAID):
        return True
    return claim.state == ClaimState.APPROVED and bool(claim.payout_problem)


def shown_state(claim: Claim) -> ClaimState:
    """The state as the customer sees it: an approval that waits for a second person is still being decided."""
    if claim.state == ClaimState.APPROVED and not is_promised(claim):
        return ClaimState.REFERRED
    return ClaimState(claim.state)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something a claim needs from its customer, ready for the "what needs me now" list."""

    claim_no: str
    kind: str
    days: int | None
    by: str
    what: str
    why: str
    href: str
    action: str


def needs_me_now(user: User, reader: Reader | None = None) -> list[Waiting]:
    """Drafts to finish, documents to send, accounts to correct; what is owed to the customer first."""
    reader = reader or reader_of(user)
    claims = claims_of(user, reader).filter(
        state__in=[ClaimState.DRAFT, ClaimState.EVIDENCE_WANTED, ClaimState.APPROVED, ClaimState.REFERRED]
    )
    found = [waiting for claim in claims if (waiting := _waiting(claim, reader.reads_everything(claim)))]
    order = {"account": 0, "documents": 1, "draft": 2}
    return sorted(found, key=lambda waiting: order[waiting.kind])


def _waiting(claim: Claim, everything: bool) -> Waiting | None:
    title = claim_title(claim)
    if claim.payout_problem:
        why = _("Your bank sent %(amount)s back. Give us another account.") % {"amount": money_text(claim.owed)}
        why = why if everything else _("The bank sent the payment back. Give us another account of the insured person.")
        return _item(claim, "account", title, why, reverse("claims:account", args=[claim.no]), _("Correct the account"))
    if claim.state == ClaimState.EVIDENCE_WANTED:
        why = _("Documents are missing. Send them all at once, then our time to decide goes on.")
        return _item(claim, "documents", title, why, reverse("claims:claim", args=[claim.no]), _("Send documents"))
    if claim.state == ClaimState.DRAFT:
        why = _("You have begun this claim and not sent it yet.")
        return _item(claim, "draft", title, why, next_step(claim), _("Go on"))
    return None


def _item(claim: Claim, kind: str, what: str, why: str, href: str, action: Any) -> Waiting:
    return Waiting(claim.no, kind, None, _("no deadline"), what, why, href, action)


def next_step(claim: Claim) -> str:
    """Where a draft goes on."""
    return reverse("claims:step", args=[claim.no, "evidence" if claim.payee_account is None else "payee"])


def money_on_its_way(claim: Claim) -> Settlement | None:
    """The payment the bank is working on, if the customer may know of it."""
    return next(
        (row for row in claim.settlements.all() if row.state == SettlementState.REQUESTED and row.released_at), None
    )


def due_day(claim: Claim, duty: str) -> tuple[datetime, date] | None:
    """Start and last day of the newest duty of a kind that was not dropped."""
    rows = [row for row in claim.deadlines.all() if row.duty == duty and row.dropped_at is None]
    return (rows[-1].started_at, rows[-1].last_day) if rows else None

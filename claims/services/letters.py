"""What the customer is told: messages at each turn, and a signed letter for every payment and every refusal."""

from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimDecision, Duty, Outcome, RefusalGround, Settlement
from claims.selectors.cover import clauses_of, cover_of
from claims.selectors.customer import shown_state
from claims.selectors.readers import full_reader, owner_of_papers
from claims.selectors.sums import Row, rows_of
from claims.services.deadlines import meet_duty
from claims.services.locking import locked_claim
from claims.time_limits import time_limit
from claims.words import Value, in_both
from customers.models import User
from customers.services.messages import send_message
from insureweb.documents.models import Document
from insureweb.documents.services.documents import issue_document
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import business_date
from insureweb.kernel.templatetags.house import day_text, money_text

REVIEW_RIGHTS = _(
    "If you do not agree, ask for a review on the page of this claim; another person looks again and answers within"
    " %(days)s days. You may also complain to the regulator (12378), ask for mediation or arbitration, or go to court."
)


@use_case
def tell_decision(*, claim_no: str, sequence: int, by: Actor, at: datetime) -> None:
    """A message about a decision. A refusal is told by its letter."""
    claim = _claim(claim_no)
    decision = claim.decisions.get(sequence=sequence)
    say = {
        Outcome.PAY: _tell_promise,
        Outcome.ADVANCE: _tell_promise,
        Outcome.REFER: _tell_referral,
        Outcome.DOCUMENTS: _tell_documents,
        Outcome.UPHOLD: _tell_upheld,
    }.get(Outcome(decision.outcome))
    if say is not None:
        title, body = say(claim, decision)
        _send(claim, f"claim_{decision.outcome}", title, body, by=by, at=at)


def _tell_promise(claim: Claim, decision: ClaimDecision) -> tuple[Localized, Localized]:
    title = in_both(_("We pay %(amount)s on claim %(number)s"), amount=money_text(decision.money), number=claim.no)
    due = _last_day(claim, Duty.PAY)
    body = in_both(
        _("%(reasons)s The money is on your account ending %(ending)s by %(day)s at the latest."),
        reasons=decision.words, ending=_ending(claim), day=_day(due),
    )  # fmt: skip
    return title, body


def _tell_referral(claim: Claim, decision: ClaimDecision) -> tuple[Localized, Localized]:
    title = in_both(_("A person is looking at claim %(number)s"), number=claim.no)
    due = _last_day(claim, Duty.DECIDE)
    body = in_both(_("%(reasons)s You hear from us by %(day)s at the latest."), reasons=decision.words, day=_day(due))
    return title, body


def _tell_documents(claim: Claim, decision: ClaimDecision) -> tuple[Localized, Localized]:
    title = in_both(_("We need documents for claim %(number)s"), number=claim.no)
    labels = [paper.label for paper in cover_of(claim.policy, claim.coverage, claim.event_date).papers
              if paper.key in decision.wanted]  # fmt: skip
    body = in_both(
        _("%(words)s Missing: %(list)s. The time until they are here is not counted against us or you."),
        words=decision.words, list=_list_of(labels),
    )  # fmt: skip
    return title, body


def _tell_upheld(claim: Claim, decision: ClaimDecision) -> tuple[Localized, Localized]:
    title = in_both(_("Review of claim %(number)s: the decision stands"), number=claim.no)
    return title, decision.words


@use_case
def ask_for_account(*, claim_no: str, by: Actor, at: datetime) -> None:
    """A payment came back: ask for another account."""
    claim = _claim(claim_no)
    title = in_both(_("Your bank sent our payment back: claim %(number)s"), number=claim.no)
    body = in_both(
        _("We owe you %(amount)s and could not pay it to the account ending %(ending)s. Give us another account."),
        amount=money_text(claim.owed), ending=_ending(claim),
    )  # fmt: skip
    _send(claim, "claim_payment_failed", title, body, by=by, at=at)


@use_case
def write_payment_letter(*, claim_no: str, settlement_no: str, by: Actor, at: datetime) -> Document | None:
    """The decision letter of a payment: what we paid, how it was worked out, and the rights that remain."""
    claim = locked_claim(claim_no)
    settlement = claim.settlements.get(no=settlement_no)
    decision = claim.decisions.filter(outcome__in=[Outcome.PAY, Outcome.ADVANCE]).order_by("-sequence").first()
    if decision is None or settlement.letter is not None:
        return None
    title = in_both(
        _("Decision on claim %(number)s: %(amount)s paid"), number=claim.no, amount=money_text(settlement.money)
    )
    letter = _issue(claim, title, _letter(claim, decision, settlement, at), by=by, at=at)
    settlement.letter = letter.uuid
    settlement.save(update_fields=["letter"])
    body = in_both(
        _("%(amount)s was paid to your account ending %(ending)s. The letter with the sum is on the claim's page."),
        amount=money_text(settlement.money), ending=_ending(claim),
    )  # fmt: skip
    _send(claim, "claim_paid", in_both(_("Paid: claim %(number)s"), number=claim.no), body, by=by, at=at)
    return letter


@use_case
def write_refusal_letter(*, claim_no: str, sequence: int, by: Actor, at: datetime) -> Document | None:
    """The refusal in writing with its reasons, due within three days (Insurance Law article 24)."""
    claim = locked_claim(claim_no)
    decision = claim.decisions.get(sequence=sequence)
    if not _is_due(claim, decision):
        return None
    title = in_both(_("Decision on claim %(number)s: not paid"), number=claim.no)
    letter = _issue(claim, title, _letter(claim, decision, None, at), by=by, at=at)
    meet_duty(claim, Duty.REFUSE, at=at)
    body = in_both(
        _("%(reasons)s %(rights)s"), reasons=decision.words, rights=lambda: REVIEW_RIGHTS % {"days": review_days(at)}
    )
    _send(claim, "claim_refused", title, body, by=by, at=at)
    return letter


def review_days(at: datetime) -> int:
    return time_limit("review", line="any", day=business_date(at)).days


def _is_due(claim: Claim, decision: ClaimDecision) -> bool:
    """True until the letter of this refusal was written."""
    letters = Document.objects.filter(kind="claim_letter", subject_kind="claim", subject_no=claim.no)
    return not letters.filter(issued_at__gte=decision.at).exists()


def _issue(claim: Claim, title: Localized, data: dict[str, Any], *, by: Actor, at: datetime) -> Document:
    owner_kind, owner_id = owner_of_papers(claim)
    return issue_document(
        kind="claim_letter",
        template="claim_letter.typ",
        data=data,
        subject_kind="claim",
        subject_no=claim.no,
        owner_kind=owner_kind,
        owner_id=owner_id,
        title=title,
        by=by,
        at=at,
    )


def _letter(claim: Claim, decision: ClaimDecision, settlement: Settlement | None, at: datetime) -> dict[str, Any]:
    """What the letter prints; the shape is `ClaimLetterData`."""
    cover = cover_of(claim.policy, claim.coverage, claim.event_date)
    rows = rows_of(decision) if settlement else []
    clauses = clauses_of(claim.policy, [row.clause for row in rows if row.clause] or [cover.terms.clause])
    data: dict[str, Any] = {
        "claim_number": claim.no,
        "policy_number": claim.policy.no,
        "insurer": claim.policy.insurer.name,
        "product": claim.policy.product_version.product.name,
        "recipient": claim.payee.name.open(),
        "insured": claim.insured.name.open(),
        "event_date": claim.event_date,
        "event": cover.name,
        "decided_on": business_date(decision.at),
        "outcome": _outcome(decision, settlement),
        "reasons": [decision.words],
        "clauses": [{"number": clause.number, "text": clause.body} for clause in clauses],
        "appeal": [in_both(REVIEW_RIGHTS, days=review_days(at))],
    }
    if settlement is not None:
        data |= {
            "lines": [_printed(row) for row in rows],
            "total": settlement.money,
            "account": str(claim.payee_account),
        }
    return data


def _outcome(decision: ClaimDecision, settlement: Settlement | None) -> Localized:
    if settlement is not None:
        return in_both(_("We have paid %(amount)s."), amount=money_text(settlement.money))
    ground = RefusalGround(decision.ground).label
    return in_both(_("We do not pay this claim: %(ground)s."), ground=lambda: str(ground))


def _printed(row: Row) -> dict[str, Any]:
    how = {"how": row.note} if row.note else {}
    return {"name": row.what, "amount": row.figure, "sign": row.operator, "clause": row.clause, **how}


def _send(claim: Claim, kind: str, title: Localized, body: Localized, *, by: Actor, at: datetime) -> None:
    """Tell the insured person; whoever else reported the claim learns where it stands, never why or how much."""
    reader = full_reader(claim)
    if reader is not None:
        _tell(claim, reader, kind, title, body, by=by, at=at)
    if reader != claim.user:
        title = in_both(_("News of claim %(number)s"), number=claim.no)
        words = _("%(state)s. The decision, its reasons and the sum go to the insured person alone.")
        state = shown_state(claim).label
        _tell(claim, claim.user, kind, title, in_both(words, state=lambda: str(state)), by=by, at=at)


def _tell(claim: Claim, user: User, kind: str, title: Localized, body: Localized, *, by: Actor, at: datetime) -> None:
    send_message(user=user, kind=kind, title=title, body=body, subject_kind="claim", subject_no=claim.no, by=by, at=at)


def _claim(claim_no: str) -> Claim:
    related = ("user", "claimant", "member", "policy__insurer", "policy__product_version__product")
    return Claim.objects.select_related(*related).get(no=claim_no)


def _ending(claim: Claim) -> str:
    return str(claim.payee_account).split()[-1] if claim.payee_account else ""


def _last_day(claim: Claim, duty: Duty) -> date | None:
    deadline = claim.deadlines.filter(duty=duty).order_by("-id").first()
    return deadline.last_day if deadline else None


def _day(day: date | None) -> Value:
    return lambda: day_text(day)


def _list_of(labels: list[Localized]) -> Value:
    separator: str | Promise = _(", ")
    return lambda: str(separator).join(str(label) for label in labels)

"""How a claim went: one list of events with the time the law allows against the time used."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Claim, ClaimDeadline, ClaimDecision, Duty, Maker, Outcome, Settlement
from claims.selectors.customer import is_promised, shown_state
from claims.states import ClaimState, ReviewState, SettlementState
from insureweb.kernel.templatetags.house import day_text, money_text


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One line of the timeline. `state` is "" for past, "now" and "next"; `at` is None for what is still to come."""

    at: datetime | None
    title: str
    text: str = ""
    state: str = ""
    law: str = ""
    used: str = ""
    who: str = ""
    when: str = ""


def story_of(claim: Claim, *, for_staff: bool = False) -> list[StoryEvent]:
    """Past, present and next. Customers see a payment only once it may leave."""
    past = [
        *_reported(claim, for_staff),
        *_decisions(claim, for_staff),
        *_documents_came(claim, for_staff),
        *_payments(claim, for_staff),
        *_reviews(claim, for_staff),
    ]
    past.sort(key=lambda event: event.at or claim.created_at)
    return past + _now_and_next(claim, for_staff)


def _reported(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    if claim.notified_at is None:
        return []
    files = sum(1 for row in claim.evidence.all() if row.added_at <= claim.notified_at)
    text = ngettext("%(count)s file sent with it.", "%(count)s files sent with it.", files) % {"count": files}
    by_company = claim.member is not None and claim.user_id == claim.policy.user_id
    reported = _("The customer reported the claim") if for_staff else _("You reported the claim")
    title = _("The company reported the claim") if by_company else reported
    return [StoryEvent(claim.notified_at, title, text if files else "")]


def _titles() -> dict[str, str]:
    return {
        Outcome.PAY: _("Decided: we pay"),
        Outcome.ADVANCE: _("We pay the part that is certain"),
        Outcome.DOCUMENTS: _("We asked once for what is missing"),
        Outcome.REFER: _("Handed to a person"),
        Outcome.REFUSE: _("Decided: not paid"),
        Outcome.UPHOLD: _("The decision stands"),
    }


_DUTY_OF = {
    Outcome.PAY: Duty.DECIDE,
    Outcome.REFUSE: Duty.DECIDE,
    Outcome.DOCUMENTS: Duty.ASK_ONCE,
    Outcome.UPHOLD: Duty.REVIEW,
    Outcome.ADVANCE: Duty.ADVANCE,
}


def _decisions(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    events = []
    for decision in claim.decisions.all():
        hidden = decision.outcome in (Outcome.PAY, Outcome.ADVANCE) and not _was_released(claim, decision)
        if for_staff or not hidden:
            events.append(_decision(claim, decision, for_staff))
    return events


def _was_released(claim: Claim, decision: ClaimDecision) -> bool:
    return any(row.released_at and row.requested_at == decision.at for row in claim.settlements.all())


def _decision(claim: Claim, decision: ClaimDecision, for_staff: bool) -> StoryEvent:
    duty = _duty(claim, _DUTY_OF.get(Outcome(decision.outcome)), decision.at)
    by_rules = decision.maker == Maker.AUTOMATIC
    who = _("by the rules") if by_rules else (decision.actor_label if for_staff else _("by a claims adjuster"))
    return StoryEvent(
        decision.at,
        _titles()[decision.outcome],
        str(decision.words),
        law=_law(duty) if duty else "",
        used=_used(duty, decision.at) if duty else "",
        who=who,
    )


def _duty(claim: Claim, duty: Duty | None, at: datetime) -> ClaimDeadline | None:
    rows = [row for row in claim.deadlines.all() if row.duty == duty and row.started_at <= at]
    return rows[-1] if rows else None


def _law(deadline: ClaimDeadline) -> str:
    return _("%(article)s: %(words)s.") % {"article": deadline.article, "words": deadline.limit_words}


def _used(deadline: ClaimDeadline, at: datetime) -> str:
    return _("Took %(time)s") % {"time": time_words(deadline.started_at, at)}


def time_words(start: datetime, end: datetime) -> str:
    """A length of time in its two largest units."""
    minutes = max(int((end - start).total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)s min") % {"minutes": minutes} if minutes else _("less than a minute")


def _documents_came(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    asked = next((row for row in claim.decisions.all() if row.outcome == Outcome.DOCUMENTS), None)
    if asked is None or claim.state == ClaimState.EVIDENCE_WANTED:
        return []
    sent = [row.added_at for row in claim.evidence.all() if row.added_at >= asked.at]
    title = _("The customer’s documents are here") if for_staff else _("Your documents are here")
    return [StoryEvent(max(sent), title, _("Our time to decide goes on."))] if sent else []


def _payments(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    events = []
    for row in claim.settlements.all():
        if row.released_at is None:
            if for_staff and row.state == SettlementState.FAILED:
                events.append(StoryEvent(row.ended_at, _("The second person said no"), row.problem))
            continue
        events.append(StoryEvent(row.released_at, _("Payment handed to the bank"), money_text(row.money)))
        events += _payment_ended(claim, row, for_staff)
    return events


def _payment_ended(claim: Claim, row: Settlement, for_staff: bool) -> list[StoryEvent]:
    if row.state == SettlementState.PAID and row.ended_at:
        duty = _duty(claim, Duty.PAY, row.ended_at)
        words = _("%(amount)s is on the payee’s account.") if for_staff else _("%(amount)s is on your account.")
        text = words % {"amount": money_text(row.money)}
        law = _law(duty) if duty else ""
        return [StoryEvent(row.ended_at, _("Paid"), text, law=law, used=_used(duty, row.ended_at) if duty else "")]
    if row.state == SettlementState.FAILED:
        return [StoryEvent(row.ended_at, _("The bank sent the payment back"), _("We need another account."))]
    return []


def _reviews(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    events = []
    title = _("The customer asked for a review") if for_staff else _("You asked for a review")
    for review in claim.reviews.all():
        events.append(StoryEvent(review.asked_at, title, _("Another person looks again.")))
        if review.state == ReviewState.CHANGED:
            events.append(StoryEvent(review.answered_at, _("The review changed the decision")))
    return events


def _now_and_next(claim: Claim, for_staff: bool) -> list[StoryEvent]:
    state = shown_state(claim)
    now = {
        ClaimState.SUBMITTED: _("Being checked by the rules") if for_staff else _("Being checked against your policy"),
        ClaimState.REFERRED: _("With a claims adjuster"),
        ClaimState.EVIDENCE_WANTED: (
            _("Waiting for the customer’s documents") if for_staff else _("Waiting for your documents")
        ),
        ClaimState.APPROVED: _("Waiting for another account"),
        ClaimState.PAYING: _("The bank is working on it") if for_staff else _("Your bank is working on it"),
    }.get(state)
    if now is None:
        return []
    events = [StoryEvent(None, now, state="now", when=_("Now"))]
    promised = is_promised(claim)
    running = [row for row in claim.deadlines.all() if row.is_open and row.duty != Duty.ASK_ONCE]
    wanted = (Duty.PAY,) if promised else (Duty.REVIEW, Duty.DECIDE)
    following = next((row for duty in wanted for row in running if row.duty == duty), None)
    if following is not None and following.is_running:
        paid = _("Money on the payee’s account") if for_staff else _("Money on your account")
        title = paid if promised else _("Decision")
        when = _("by %(day)s") % {"day": day_text(following.last_day)}
        events.append(StoryEvent(None, title, state="next", law=_law(following), when=when))
    return events

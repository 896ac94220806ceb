"""What claims adjusters see: the queue by deadline, the whole case on one page, and the desk's figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from claims.checks import check_may_ask, check_may_review, check_nothing_on_its_way
from claims.models import Claim, ClaimDecision, Outcome, ReviewRequest, Settlement
from claims.permissions import authority_of, check_may_decide, check_other_person
from claims.rules.benefit import Loss, Terms, assess, ceiling
from claims.rules.clocks import last_day
from claims.selectors.cover import Clause, Cover, clauses_of, product_of
from claims.selectors.customer import case_files, claim_title
from claims.selectors.examination import Examination, examine
from claims.selectors.pages import NamedFile, PaperState, letters_of, named_files, papers_of, rule_set_of
from claims.selectors.readers import InsuredPerson, insured_person
from claims.selectors.story import StoryEvent, story_of, time_words
from claims.selectors.sums import Row, rows_of
from claims.states import CLAIM, OPEN, ClaimState, ReviewState, SettlementState
from insureweb.documents.models import Document
from insureweb.finance.models import Payout
from insureweb.finance.states import PayoutState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import reason_against
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import business_date, midnight

QUEUE = (*OPEN, ClaimState.APPROVED)
DUE_SOON = timedelta(days=3)
PAGE_SIZE = 50


def queue() -> QuerySet[Claim]:
    """Open claims, the nearest deadline first; those that wait for the customer come last."""
    last = ClaimDecision.objects.filter(claim=OuterRef("pk"), outcome=Outcome.REFER).order_by("-sequence")
    return (
        Claim.objects.filter(state__in=QUEUE)
        .select_related("policy__product_version__product", "policy__insured", "member", "adjuster__staff_profile")
        .annotate(why=Subquery(last.values("words")[:1]), rules_hit=Subquery(last.values("rules")[:1]))
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """The desk's counts; `median_hours` is from report to decision over the last 90 days, None without any."""

    waiting: int
    mine: int
    due_today: int
    next_due: datetime | None
    late: int
    second_person: int
    median_hours: Decimal | None


def desk_figures(*, at: datetime, by: Actor | None = None) -> DeskFigures:
    """Counts for the back office's cards, in two queries."""
    tomorrow = midnight(business_date(at) + timedelta(days=1))
    today = Q(due_at__gt=at, due_at__lte=tomorrow)
    found = Claim.objects.filter(state__in=QUEUE).aggregate(
        waiting=Count("id", filter=Q(state__in=OPEN)),
        mine=Count("id", filter=Q(adjuster__uuid=by.id) if by else Q(pk__isnull=True)),
        due_today=Count("id", filter=today),
        next_due=Min("due_at", filter=Q(due_at__gt=at)),
        late=Count("id", filter=Q(due_at__lte=at)),
        second_person=Count("id", filter=Q(state=ClaimState.APPROVED, payout_problem="")),
    )
    return DeskFigures(**found, median_hours=_median_hours(at))


def _median_hours(at: datetime) -> Decimal | None:
    decided = Claim.objects.filter(decided_at__gte=at - timedelta(days=90), notified_at__isnull=False)
    times = sorted(decided.order_by("-decided_at").values_list("notified_at", "decided_at")[:1000], key=_length)
    if not times:
        return None
    seconds = _length(times[len(times) // 2]).total_seconds()
    return (Decimal(int(seconds)) / 3600).quantize(Decimal("0.1"))


def _length(times: tuple[Any, Any]) -> timedelta:
    length: timedelta = times[1] - times[0]
    return length


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its adjuster sees it. The `why_not` fields hold the reason against an action, None when it is open."""

    claim: Claim
    title: str
    cover: Cover
    examination: Examination
    insured: InsuredPerson
    age: int | None
    waiting: str
    why: Localized | None
    rules: list[dict[str, Any]]
    signals: list[str]
    rule_set: str
    rows: list[Row]
    clauses: list[Clause]
    story: list[StoryEvent]
    papers: list[PaperState]
    files: list[NamedFile]
    letters: list[Document]
    decisions: list[ClaimDecision]
    review: ReviewRequest | None
    on_its_way: Settlement | None
    most: Decimal
    authority: Decimal
    why_not_decide: str | None
    why_not_ask: str | None
    why_not_pay: str | None
    why_not_uphold: str | None
    may_ask_review: bool

    @property
    def cause(self) -> Any:
        return self.cover.cause_words(self.claim.cause)

    @property
    def is_over(self) -> bool:
        """Paid, withdrawn or closed, and nobody asked to look again."""
        return self.review is None and self.claim.state in {ClaimState.PAID, ClaimState.WITHDRAWN, ClaimState.CLOSED}


def case_page(no: str, *, by: Actor, at: datetime) -> CasePage:
    """The case with everything a decision needs.

    Raises:
        Claim.DoesNotExist: no such claim, or it was never sent.
    """
    claim = case_files().select_related("policy__insured", "policy__holder").exclude(state=ClaimState.DRAFT).get(no=no)
    examination = examine(claim, at)
    decisions = list(claim.decisions.all())
    table = next((row for row in reversed(decisions) if row.table_id), None)
    insured = insured_person(claim)
    rows = rows_of(_shown(claim, examination))
    return CasePage(
        claim=claim,
        title=claim_title(claim),
        cover=examination.cover,
        examination=examination,
        insured=insured,
        age=insured.age_on(claim.event_date),
        waiting=time_words(claim.notified_at or claim.created_at, at),
        why=table.words if table else None,
        rules=_rules(table),
        signals=_signals(examination),
        rule_set=f"{rule_set_of(claim)} {table.table_hash[:8]}" if table else "",
        rows=rows,
        clauses=clauses_of(
            claim.policy, [row.clause for row in rows if row.clause] or [examination.cover.terms.clause]
        ),
        story=story_of(claim, for_staff=True),
        papers=papers_of(claim, examination.cover),
        files=named_files(claim, examination.cover),
        letters=letters_of(claim),
        decisions=decisions,
        review=next((row for row in claim.reviews.all() if row.state == ReviewState.OPEN), None),
        on_its_way=next((row for row in claim.settlements.all() if row.state == SettlementState.REQUESTED), None),
        most=max(ceiling(examination.cover.terms, examination.loss) - claim.amount_paid, Decimal(0)),
        authority=authority_of(by),
        **_reasons(claim, by),
    )


def _reasons(claim: Claim, by: Actor) -> dict[str, Any]:
    return {
        "why_not_decide": reason_against(check_may_decide, claim, by)
        or reason_against(CLAIM.check_move, claim.state, ClaimState.REFUSED, by),
        "why_not_ask": reason_against(check_may_ask, claim),
        "why_not_pay": reason_against(check_nothing_on_its_way, claim),
        "why_not_uphold": reason_against(check_other_person, claim, by),
        "may_ask_review": reason_against(check_may_review, claim) is None,
    }


def _shown(claim: Claim, examination: Examination) -> ClaimDecision:
    """The sum as it stands today, in the shape of a decision that is not stored."""
    return ClaimDecision(currency=claim.currency, lines=examination.benefit.lines_as_json())


def _rules(table: ClaimDecision | None) -> list[dict[str, Any]]:
    if table is None:
        return []
    return [
        {"id": row["id"], "outcome": Outcome(row["outcome"]), "reason": Localized.read(row["reason"])}
        for row in table.rules
    ]


def _signals(examination: Examination) -> list[str]:
    return [
        _("%(words)s (%(points)s points)") % {"words": signal.words, "points": signal.points}
        for signal in examination.score.signals
    ]


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored decision computed again from its own inputs."""

    same_outcome: bool
    same_amount: bool
    outcome: str
    amount: Decimal

    @property
    def is_identical(self) -> bool:
        return self.same_outcome and self.same_amount


def replay(decision: ClaimDecision) -> Replay:
    """Ask the same table the same question again and add the same column up again.

    Raises:
        ValueError: the decision was not made by a table.
    """
    if not decision.table_id:
        raise ValueError("Only decisions by a table are replayed.")
    table = product_of(decision.claim.policy).decide("claims", _typed(decision))
    amount = assess(Terms.read(decision.inputs["terms"]), Loss.read(decision.inputs["loss"])).amount
    same = table.table_hash == decision.table_hash and [hit.id for hit in table.rules] == [
        row["id"] for row in decision.rules
    ]
    return Replay(same, amount == decision.amount, table.outcome, amount)


def _typed(decision: ClaimDecision) -> dict[str, Any]:
    return dict(decision.inputs["facts"])


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    claim: Claim
    title: str
    waiting: str
    why: Localized | None
    insured: str
    last_day: Any
    is_soon: bool
    is_late: bool
    adjuster: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: list[QueueRow]
    number: int
    next_number: int | None


@dataclass(frozen=True, slots=True)
class QueueView:
    code: str
    label: str
    current: bool


def queue_views(chosen: str) -> list[QueueView]:
    """The saved views of the queue."""
    labels = {
        "": _("All open"),
        "today": _("Due today"),
        "late": _("Past the deadline"),
        "mine": _("In my hands"),
        "free": _("With nobody"),
        "second": _("For a second person"),
    }
    return [QueueView(code, label, code == chosen) for code, label in labels.items()]


def queue_page(*, view: str, number: int, by: Actor, at: datetime) -> QueuePage:
    """One page of the queue in one of its views."""
    tomorrow = midnight(business_date(at) + timedelta(days=1))
    filters = {
        "today": Q(due_at__gt=at, due_at__lte=tomorrow),
        "late": Q(due_at__lte=at),
        "mine": Q(adjuster__uuid=by.id),
        "free": Q(adjuster__isnull=True, state__in=OPEN),
        "second": Q(state=ClaimState.APPROVED, payout_problem=""),
    }
    number = min(max(number, 1), 1000)
    first = (number - 1) * PAGE_SIZE
    found = list(queue().filter(filters.get(view, Q()))[first : first + PAGE_SIZE + 1])
    rows = [_queue_row(claim, at) for claim in found[:PAGE_SIZE]]
    return QueuePage(rows, number, number + 1 if len(found) > PAGE_SIZE else None)


def _queue_row(claim: Claim, at: datetime) -> QueueRow:
    profile = getattr(claim.adjuster, "staff_profile", None) if claim.adjuster else None
    insured = insured_person(claim)
    age = insured.age_on(claim.event_date)
    told = [str(insured.name), *([] if age is None else [str(age)]), *filter(None, [insured.sex])]
    return QueueRow(
        claim=claim,
        title=claim_title(claim),
        waiting=time_words(claim.notified_at or claim.created_at, at),
        why=claim.why,  # type: ignore[attr-defined]
        insured=", ".join(told),
        last_day=last_day(claim.due_at) if claim.due_at else None,
        is_soon=bool(claim.due_at and claim.due_at - at <= DUE_SOON),
        is_late=bool(claim.due_at and claim.due_at <= at),
        adjuster=profile.name if profile else "",
    )


def payout_of(settlement: Settlement | None) -> Payout | None:
    """The payout that waits for a second person, if this settlement's does."""
    if settlement is None:
        return None
    return Payout.objects.filter(no=settlement.payout_no, state=PayoutState.AWAITING_APPROVAL).first()

"""Everything the claim page shows, read once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from claims.checks import check_may_review, check_may_withdraw, check_takes_evidence
from claims.models import Claim, ClaimDecision, Duty, Evidence, Maker, Outcome
from claims.rules.facts import missing_evidence
from claims.selectors.cover import Clause, Cover, clauses_of, cover_of, product_of
from claims.selectors.customer import claim_title, due_day, is_promised, shown_state
from claims.selectors.examination import shown_kinds
from claims.selectors.story import StoryEvent, story_of
from claims.selectors.sums import Row, rows_of
from claims.states import ClaimState, ReviewState
from insureweb.documents.models import Document, StoredFile
from insureweb.documents.selectors import rendition_of
from insureweb.kernel.checks import allows
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from products.rules.definition import Evidence as Paper


@dataclass(frozen=True, slots=True)
class Promise:
    """We owe you this much by that day."""

    amount: Money
    started: date
    due: date
    article: Localized
    ending: str


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper the claim needs and the files that show it."""

    key: str
    label: Localized
    hint: Localized | None
    files: tuple[Evidence, ...]
    wanted: bool


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file with the name of the paper it shows."""

    uuid: str
    label: str
    added_at: datetime


def named_files(claim: Claim, cover: Cover) -> list[NamedFile]:
    """Every file of the claim by the paper it shows, in the order they came."""
    labels = {paper.key: paper.label for paper in cover.papers}
    files = claim.evidence.all()
    return [NamedFile(str(row.file), str(labels.get(row.kind, _("Photo or paper"))), row.added_at) for row in files]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    claim: Claim
    title: str
    state: ClaimState
    cover: Cover
    promise: Promise | None
    decision: ClaimDecision | None
    rows: list[Row]
    clauses: list[Clause]
    story: list[StoryEvent]
    papers: list[PaperState]
    files: list[NamedFile]
    letters: list[Document]
    adjuster: str
    asked: ClaimDecision | None
    decide_by: date | None
    rule_set: str
    under_review: bool
    may_review: bool
    may_withdraw: bool
    may_add: bool

    @property
    def cause(self) -> Any:
        return self.cover.cause_words(self.claim.cause)


def claim_page(claim: Claim) -> ClaimPage:
    """The page of a sent claim."""
    cover = cover_of(claim.policy, claim.coverage, claim.event_date)
    decisions = list(claim.decisions.all())
    shown = _shown_decision(claim, decisions)
    rows = rows_of(shown) if shown and shown.outcome in (Outcome.PAY, Outcome.ADVANCE) else []
    asked = next((row for row in decisions if row.outcome == Outcome.DOCUMENTS), None)
    clause_numbers = [row.clause for row in rows if row.clause]
    if shown and shown.outcome == Outcome.REFUSE:
        clause_numbers = [cover.terms.clause]
    decide = due_day(claim, Duty.DECIDE)
    return ClaimPage(
        claim=claim,
        title=claim_title(claim),
        state=shown_state(claim),
        cover=cover,
        promise=_promise(claim),
        decision=shown,
        rows=rows,
        clauses=clauses_of(claim.policy, clause_numbers),
        story=story_of(claim),
        papers=papers_of(claim, cover, asked),
        files=named_files(claim, cover),
        letters=letters_of(claim),
        adjuster=_adjuster(claim),
        asked=asked if claim.state == ClaimState.EVIDENCE_WANTED else None,
        decide_by=decide[1] if decide else None,
        rule_set=rule_set_of(claim),
        under_review=any(row.state == ReviewState.OPEN for row in claim.reviews.all()),
        may_review=allows(check_may_review, claim),
        may_withdraw=allows(check_may_withdraw, claim),
        may_add=allows(check_takes_evidence, claim),
    )


def _shown_decision(claim: Claim, decisions: list[ClaimDecision]) -> ClaimDecision | None:
    """The decision the customer may see the sum and the reasons of."""
    told: list[Any] = [Outcome.REFUSE, Outcome.UPHOLD]
    if is_promised(claim) or claim.amount_paid:
        told += [Outcome.PAY, Outcome.ADVANCE]
    final = [row for row in decisions if row.outcome in told]
    return (
        final[-1]
        if final and final[-1].outcome != Outcome.UPHOLD
        else next((row for row in reversed(final) if row.outcome != Outcome.UPHOLD), None)
    )


def _promise(claim: Claim) -> Promise | None:
    if not is_promised(claim) or not claim.owed:
        return None
    rows = [row for row in claim.deadlines.all() if row.duty == Duty.PAY and row.is_open]
    if not rows:
        return None
    started = rows[-1].started_at.astimezone()
    return Promise(claim.owed, started.date(), rows[-1].last_day, rows[-1].article, account_ending(claim))


def rule_set_of(claim: Claim) -> str:
    """The product version whose table and terms decided."""
    definition = product_of(claim.policy).definition
    return f"{definition.code} {definition.version}"


def account_ending(claim: Claim) -> str:
    return str(claim.payee_account).split()[-1] if claim.payee_account else ""


def papers_of(claim: Claim, cover: Cover, asked: ClaimDecision | None = None) -> list[PaperState]:
    """The papers a claim needs, each with its files; those still wanted are marked."""
    files = list(claim.evidence.all())
    missing = missing_evidence(cover.paper_keys, shown_kinds(claim))
    wanted = frozenset(asked.wanted) if asked else missing
    return [_paper(paper, files, wanted) for paper in cover.papers]


def _paper(paper: Paper, files: list[Evidence], wanted: frozenset[str]) -> PaperState:
    own = tuple(file for file in files if file.kind == paper.key)
    return PaperState(paper.key, paper.label, paper.hint, own, paper.key in wanted)


def letters_of(claim: Claim) -> list[Document]:
    """The letters issued on a claim, newest first."""
    return list(
        Document.objects.filter(kind="claim_letter", subject_kind="claim", subject_no=claim.no)
        .defer("data")
        .order_by("-id")
    )


def paper_of(claim: Claim, uuid: Any, language: str) -> StoredFile | None:
    """A letter of the claim in a language, or a file shown for it; None when it has no such paper."""
    letter = next((row for row in letters_of(claim) if row.uuid == uuid), None)
    if letter is not None:
        return rendition_of(letter, language).file
    shown = claim.evidence.filter(file=uuid).exists()
    return StoredFile.objects.filter(uuid=uuid).first() if shown else None


@dataclass(frozen=True, slots=True)
class ReportedPage:
    """What an employer sees of a member's claim it reported: that it runs, what is needed, by when, how it ended."""

    title: str
    state: ClaimState
    position: int
    asked: ClaimDecision | None
    papers: list[PaperState]
    decide_by: date | None


def reported_page(claim: Claim) -> ReportedPage:
    decisions = list(claim.decisions.all())
    asked = next((row for row in decisions if row.outcome == Outcome.DOCUMENTS), None)
    waits = claim.state == ClaimState.EVIDENCE_WANTED
    decide = due_day(claim, Duty.DECIDE)
    return ReportedPage(
        title=claim_title(claim),
        state=shown_state(claim),
        position=claim.member.position,
        asked=asked if waits else None,
        papers=papers_of(claim, cover_of(claim.policy, claim.coverage, claim.event_date), asked) if waits else [],
        decide_by=decide[1] if decide else None,
    )


def _adjuster(claim: Claim) -> str:
    if claim.adjuster is None:
        return ""
    profile = getattr(claim.adjuster, "staff_profile", None)
    return profile.name if profile else ""


def who_decided(decision: ClaimDecision) -> str:
    return _("by the rules") if decision.maker == Maker.AUTOMATIC else _("by a claims adjuster")

"""Writes decisions down: once, complete, and in both languages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims.events import ClaimDecided
from claims.models import Claim, ClaimDecision, Maker, Outcome
from claims.selectors.cover import product_of
from claims.selectors.examination import Examination
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.outbox import publish
from products.rules.decisions import Decision, plain


def joined(sentences: Iterable[Localized]) -> Localized:
    """Several reasons as one text."""
    reasons = list(sentences)
    return Localized(
        zh_hans="".join(reason.zh_hans for reason in reasons), en=" ".join(reason.en for reason in reasons)
    )


def record_decision(
    claim: Claim,
    *,
    maker: Maker,
    outcome: Outcome,
    words: Localized,
    by: Actor,
    at: datetime,
    examination: Examination | None = None,
    table: Decision | None = None,
    amount: Decimal = Decimal(0),
    days: int = 0,
    lines: Sequence[dict[str, Any]] = (),
    ground: str = "",
    note: str = "",
    wanted: Sequence[str] = (),
) -> ClaimDecision:
    """Store one decision with its inputs. The claim is locked by the caller."""
    inputs = examination.as_inputs() if examination else {}
    stored = table.as_json() if table else {"inputs": _untold(examination), "rules": []}
    return ClaimDecision.objects.create(
        claim=claim,
        sequence=claim.decisions.count() + 1,
        maker=maker,
        outcome=outcome,
        ground=ground,
        words=words,
        note=note,
        table_id=table.table_id if table else "",
        table_hash=table.table_hash if table else "",
        product_hash=product_of(claim.policy).content_hash,
        inputs=inputs | {"facts": stored["inputs"]},
        rules=stored["rules"],
        lines=list(lines),
        wanted=list(wanted),
        currency=claim.currency,
        amount=amount,
        days=days,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        at=at,
    )


def _untold(examination: Examination | None) -> dict[str, Any]:
    """The facts a person decided on, or a table could not; kept as a table's inputs are."""
    return {key: plain(value) for key, value in examination.facts.items()} if examination else {}


def announce(claim: Claim, decision: ClaimDecision, *, at: datetime) -> None:
    """Tell whoever listens that a decision stands."""
    publish(
        ClaimDecided(
            claim_no=claim.no,
            policy_no=claim.policy.no,
            sequence=decision.sequence,
            outcome=decision.outcome,
            automatic=decision.maker == Maker.AUTOMATIC,
            amount=decision.amount,
        ),
        at=at,
    )

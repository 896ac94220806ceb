"""From answers to covers: what the advice table proposes, with its weights and reasons, and what it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from insureweb.kernel.localized import Localized
from policies.offers.needs.rules.questions import Answer
from products.rules.decisions import Decision, DecisionTable, RuleHit, decide

WEIGHT, WHO, MUST = "weight", "who", "must"


@dataclass(frozen=True, slots=True)
class Wish:
    """A cover the table speaks of: proposed with a weight, or not (weight 0), with the words of its rules.

    `is_must`: the law asks for it.
    """

    need: str
    who: str
    weight: Decimal
    reasons: tuple[Localized, ...]
    rules: tuple[str, ...]
    is_must: bool = False

    @property
    def is_proposed(self) -> bool:
        return self.weight > 0


def facts_of(persona: str, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers as the table reads them."""
    return {"persona": persona, **answers}


def advise(table: DecisionTable, persona: str, answers: Mapping[str, Answer]) -> tuple[Decision, tuple[Wish, ...]]:
    """What the table says of each cover: what the law asks for, then the heaviest first, those not proposed last.

    Raises:
        DecisionError: an answer the table needs is missing or none it knows.
    """
    known = {column.key for column in table.columns}
    facts = {key: value for key, value in facts_of(persona, answers).items() if key in known}
    decision = decide(table, facts)
    wishes = [_wish(need, [hit for hit in decision.rules if hit.outcome == need]) for need in decision.outcomes]
    return decision, tuple(sorted(wishes, key=lambda wish: (not wish.is_must, -wish.weight)))


def _wish(need: str, hits: list[RuleHit]) -> Wish:
    """Rules of one cover together: weights add; words against it count only when nothing speaks for it."""
    speaking_for = [hit for hit in hits if Decimal(hit.outputs[WEIGHT]) > 0]
    told = speaking_for or hits
    return Wish(
        need=need,
        who=told[0].outputs[WHO],
        weight=sum((Decimal(hit.outputs[WEIGHT]) for hit in told), Decimal(0)),
        reasons=tuple(hit.reason for hit in told),
        rules=tuple(hit.id for hit in told),
        is_must=any(hit.outputs.get(MUST) == "yes" for hit in told),
    )

"""Answering the needs check: begun, answered question by question, and closed by a result nobody changes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.erasure import erasing
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from policies.offers.models import Quote
from policies.offers.needs.models import NeedsCheck, NeedsResult
from policies.offers.needs.proposing import propose
from policies.offers.needs.rules.questions import AnswerWrong
from policies.offers.needs.shipped import questionnaire
from policies.offers.rules.tokens import token_hash
from products.messages import problem_words

# Answers that led to no quote are erased this long after the last of them.
KEPT_WITHOUT_QUOTE = timedelta(days=90)


@use_case
def start_check(*, persona: str, owner_token: str, user: User | None = None, by: Actor, at: datetime) -> NeedsCheck:
    """Begin, for one of the personas.

    Raises:
        Refused: there is no such persona.
    """
    if persona not in questionnaire().personas:
        raise Refused("required", problem_words("required", {}), "persona")
    return NeedsCheck.objects.create(
        owner_token_hash=token_hash(owner_token), user=user, persona=persona, answers={}, begun_at=at, answered_at=at
    )


@use_case
def save_answer(*, check: NeedsCheck, question: str, given: Sequence[str], by: Actor, at: datetime) -> NeedsCheck:
    """Write one answer down; the one that completes the check, or changes a complete one, makes a result.

    Raises:
        Refused: the answer cannot be used, or the question is not one of this check; nothing is written.
    """
    locked = lock_row(check)
    asked = {one.key: one for one in questionnaire().asked(locked.persona)}
    if question not in asked:
        raise Refused("no_question", _("This question is not part of your check."))
    try:
        answer = asked[question].read(given)
    except AnswerWrong as wrong:
        raise Refused(wrong.code, problem_words(wrong.code, wrong.figures), question) from None
    locked.answers = {**locked.answers, question: answer}
    locked.answered_at = at
    locked.save(update_fields=["answers", "answered_at"])
    if questionnaire().next_open(locked.persona, locked.answers) is None:
        _close(locked, at)
    return locked


def _close(check: NeedsCheck, at: datetime) -> NeedsResult:
    """The result of the answers as they are now; the same answers on the same products make no second one."""
    proposal, names = propose(check.persona, check.answers, at)
    told = proposal.as_json(names)
    last = check.results.first()
    if last is not None and (last.answers, last.proposal) == (check.answers, told):
        return last
    return NeedsResult.objects.create(
        check_of=check,
        persona=check.persona,
        answers=check.answers,
        decision=proposal.decision.as_json(),
        proposal=told,
        outcome=proposal.outcome,
        budget=proposal.budget,
        table_hash=proposal.decision.table_hash,
        made_at=at,
    )


@use_case
def erase_old_checks(*, by: Actor, at: datetime, limit: int = 1_000) -> int:
    """Erase answers, with their results, that no quote stands on; how many checks went."""
    quoted = Quote.objects.filter(needs_result__check_of=OuterRef("pk"))
    old = NeedsCheck.objects.filter(~Exists(quoted), answered_at__lt=at - KEPT_WITHOUT_QUOTE).order_by("id")
    keys = list(old.values_list("pk", flat=True)[:limit])
    # The results' table refuses every other deletion.
    with erasing(NeedsResult):
        NeedsResult.objects.filter(check_of__in=keys).delete()
        NeedsCheck.objects.filter(pk__in=keys).delete()
    return len(keys)

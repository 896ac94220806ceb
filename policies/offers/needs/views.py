"""The needs check: one question a page, and the plan that comes of the answers."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.actors import actor_from
from customers.models import User
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from policies.offers.needs.attaching import remember_result
from policies.offers.needs.models import NeedsCheck
from policies.offers.needs.rules.questions import NeedsQuestion
from policies.offers.needs.selectors import checks_of, owned_check, shown_answers, shown_plan
from policies.offers.needs.services import save_answer, start_check
from policies.offers.needs.shipped import questionnaire
from policies.offers.owner import owner_token, remember_owner
from policies.offers.rules.tokens import new_token

FIELD = "answer"


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _found(request: HttpRequest, uuid: UUID) -> NeedsCheck:
    try:
        return owned_check(uuid, user=_signed_in(request), token=owner_token(request))
    except NeedsCheck.DoesNotExist as error:
        raise Http404 from error


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent_post
def begin(request: HttpRequest) -> HttpResponse:
    """The first question: for whom. Checks of the last weeks can be gone on with."""
    token, user, at = owner_token(request), _signed_in(request), clock.now()
    if request.method != "POST":
        return _begin_page(request, token, user)
    token = token or new_token()
    try:
        check = start_check(
            persona=request.POST.get("persona", ""), owner_token=token, user=user, by=actor_from(request), at=at
        )
    except Refused as refusal:
        return _begin_page(request, token, user, error=refusal.message, status=422)
    response = redirect("policies:needs_check", check.uuid)
    remember_owner(request, response, token)
    return response


def _begin_page(
    request: HttpRequest, token: str, user: User | None, *, error: Any = "", status: int = 200
) -> HttpResponse:
    checks = checks_of(user=user, token=token, at=clock.now())
    asked = questionnaire()
    context = {
        "personas": asked.personas.values(),
        "checks": [
            {"check": one, "persona": asked.personas[one.persona], "open": asked.next_open(one.persona, one.answers)}
            for one in checks
            if one.persona in asked.personas
        ],
        "error": error,
        "problems": [("persona", error)] if error else [],
    }
    return render(request, "policies/needs/begin.html", context, status=status)


@never_cache
@require_safe
def go_on(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """To the first open question, or to the plan."""
    check = _found(request, uuid)
    question = questionnaire().next_open(check.persona, check.answers)
    if question is None:
        return redirect("policies:needs_plan", check.uuid)
    return redirect("policies:needs_question", check.uuid, question.key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """One question. The answer is kept at once; going back shows it again."""
    check = _found(request, uuid)
    asked = next((one for one in questionnaire().asked(check.persona) if one.key == key), None)
    if asked is None:
        raise Http404
    if request.method != "POST":
        return _question_page(request, check, asked)
    given = [text[:100] for text in request.POST.getlist(FIELD)[:20]]
    try:
        save_answer(check=check, question=key, given=given, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        return _question_page(request, check, asked, given=given, error=refusal.message, status=422)
    return redirect("policies:needs_check", check.uuid)


def _question_page(
    request: HttpRequest,
    check: NeedsCheck,
    asked: NeedsQuestion,
    *,
    given: Any = None,
    error: Any = "",
    status: int = 200,
) -> HttpResponse:
    steps = questionnaire().asked(check.persona)
    place = steps.index(asked)
    answer = check.answers.get(asked.key, "") if given is None else given
    context = {
        "check": check,
        "question": asked,
        "persona": questionnaire().personas[check.persona],
        "chosen": answer if isinstance(answer, list) else [answer],
        "number": place + 1,
        "count": len(steps),
        "before": steps[place - 1].key if place else "",
        "error": error,
        "problems": [(f"{FIELD}-0", error)] if error else [],
    }
    return render(request, "policies/needs/question.html", context, status=status)


@never_cache
@require_safe
def plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The plan: which covers, why, what each costs, and what was not proposed. It goes with the next sale."""
    check = _found(request, uuid)
    result = check.results.first()
    if result is None or questionnaire().next_open(check.persona, check.answers) is not None:
        return redirect("policies:needs_check", check.uuid)
    context = {
        "check": check,
        "plan": shown_plan(result, clock.now()),
        "persona": questionnaire().personas[result.persona],
        "answers": shown_answers(result.persona, result.answers),
    }
    response = render(request, "policies/needs/plan.html", context)
    remember_result(request, response, result)
    return response

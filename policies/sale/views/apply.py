"""The application, one question group a page; saved as it is given, resumable at any page."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from customers.actors import actor_from
from customers.models import User
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.offers.selectors import check_not_expired, product_of
from policies.sale.forms import CONSENT_PREFIX, YES, Answers, AnswersInvalid, read_consents, read_one
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.selectors import status
from policies.sale.selectors.checking import answered
from policies.sale.selectors.pages import live_order_no, owned_application, owned_for_answers, receipt_of, tasks_of
from policies.sale.selectors.texts import versions_shown
from policies.sale.services.answers import accept_new_price, save_answers
from policies.sale.services.submission import apply_in_full, submit_application
from policies.sale.states import ApplicationState
from policies.sale.views.questions import filled
from policies.sale.views.steps import (
    STEP_PAGES,
    Asking,
    element_id,
    group_of,
    one_by_one,
    people_rows,
    question_after,
    question_context,
    question_now,
    read_everything,
)
from policies.sale.views.tracing import traced
from products.compiled import CompiledProduct


def found(
    request: HttpRequest, no: str, step: str = "", read: Callable[[User, str], Application] = owned_application
) -> Application:
    """The signed-in person's application; anybody else's answers like one that does not exist."""
    assert isinstance(request.user, User)  # noqa: S101  login_required
    try:
        application = read(request.user, no)
    except Application.DoesNotExist as error:
        raise Http404 from error
    sale = request.sale  # type: ignore[attr-defined]
    sale.application_no, sale.quote_no, sale.step = application.no, application.quote.no, step
    sale.shown = versions_shown(product_of(application.quote), get_language() or "zh-hans")
    return application


def to_step(application: Application, step: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("policies:apply", args=[application.no, step]))


def to_application(application: Application) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("policies:apply", args=[application.no]))


def next_step(application: Application) -> str:
    """Where the person goes on: a page an answer asked for, else the first open step."""
    if application.proposed_quote_id is not None:
        return journey.PRICE
    told = application.read_answers()
    if journey.HEALTH in told and journey.HEALTH not in application.saved:
        return journey.HEALTH_DETAILS
    if journey.BENEFICIARY in told and journey.BENEFICIARY not in application.saved:
        return journey.BENEFICIARY_PEOPLE
    return journey.next_open(journey.steps_of(product_of(application.quote).definition), application.saved)


def _may_open(application: Application, step: str) -> bool:
    """A step is open once everything before it is answered."""
    steps = journey.steps_of(product_of(application.quote).definition)
    outer = journey.INNER.get(step, step)
    if outer not in steps or (step == journey.PRICE and application.proposed_quote_id is None):
        return False
    if step == journey.CHECK and next_step(application) != journey.CHECK:
        return False
    return all(earlier in application.saved for earlier in steps[: steps.index(outer)])


def after_submission(application: Application) -> HttpResponseRedirect:
    """Accepted goes on to pay; everything else is explained on the application's page."""
    if application.state == ApplicationState.ACCEPTED:
        order_no = live_order_no(application)
        if order_no is not None:
            return HttpResponseRedirect(reverse("policies:pay", args=[order_no]))
    return to_application(application)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@traced("apply")
def apply(request: HttpRequest, application_no: str, step: str = "") -> HttpResponse:
    """One page of the application, or without a step: where it stands."""
    application = found(request, application_no, step)
    if application.state != ApplicationState.DRAFT:
        return to_application(application) if step else status_page(request, application)
    try:
        check_not_expired(application.quote, clock.now())
    except Refused as refusal:
        return _page(request, application, "policies/apply/expired.html", step, reason=refusal.message)
    if step and step not in {*STEP_PAGES, journey.PRICE, journey.CHECK}:
        raise Http404
    if not step or not _may_open(application, step):
        return to_step(application, next_step(application))
    show = {journey.PRICE: _price, journey.CHECK: _check}.get(step, _ask)
    return show(request, application, step)


def _ask(request: HttpRequest, application: Application, step: str) -> HttpResponse:
    page, asking = STEP_PAGES[step], Asking(application, clock.now())
    if one_by_one(asking, step):
        return _ask_one(request, asking, step)
    if request.method == "GET":
        context = page.context(asking)
        return _page(request, application, page.template, step, raw=context.pop("initial"), **context)
    raw = request.POST.dict()
    try:
        answers = page.read(asking, raw)
        saved = save_answers(application=application, answers=answers, by=actor_from(request), at=asking.at)
    except AnswersInvalid as invalid:
        context = page.context(asking)
        context["raw"] = {**context.pop("initial"), **raw}
        return _wrong(request, application, page.template, step, invalid, **context)
    return to_step(saved, next_step(saved))


def _ask_one(request: HttpRequest, asking: Asking, step: str) -> HttpResponse:
    """One question of a group; what follows may hang on the answer."""
    application, template, page = asking.application, "policies/apply/question.html", STEP_PAGES[step]
    question = question_now(asking, step, request.POST.get("question", "") or request.GET.get("question", ""))
    if question is None:
        return to_step(application, next_step(application))
    if request.method == "GET":
        context = {**page.context(asking), **question_context(asking, step, question)}
        return _page(request, application, template, step, raw=context.pop("initial"), **context)
    raw = request.POST.dict()
    try:
        one = read_one(raw, question, group_of(step), today=asking.today)
        saved = save_answers(application=application, answers=Answers(one=one), by=actor_from(request), at=asking.at)
    except AnswersInvalid as invalid:
        context = {**page.context(asking), **question_context(asking, step, question)}
        context["raw"] = {**context.pop("initial"), **raw}
        return _wrong(request, application, template, step, invalid, **context)
    later = question_after(Asking(saved, asking.at), step, question.key)
    address = to_step(saved, step if later else next_step(saved)).url
    return HttpResponseRedirect(f"{address}?question={later}" if later else address)


def _wrong(
    request: HttpRequest, application: Application, template: str, step: str, invalid: AnswersInvalid, **context: Any
) -> HttpResponse:
    """The page again with what is wrong; everything typed stays."""
    request.sale.action = "refused"  # type: ignore[attr-defined]
    definition = product_of(application.quote).definition
    problems = [(element_id(name, definition), words) for name, words in invalid.errors.items()]
    context |= {"errors": invalid.errors, "problems": problems}
    return _page(request, application, template, step, code=422, **context)


def _page(
    request: HttpRequest, application: Application, template: str, step: str, code: int = 200, **context: Any
) -> HttpResponse:
    tasks = tasks_of(application, step)
    now = next((index for index, task in enumerate(tasks, start=1) if task.state == "now"), len(tasks))
    context = {
        "application": application,
        "definition": product_of(application.quote).definition,
        "receipt": receipt_of(application),
        "tasks": [
            {
                "label": task.label,
                "state": task.state,
                "note": task.note,
                "href": reverse("policies:apply", args=[application.no, task.step]) if task.state == "done" else "",
            }
            for task in tasks
        ],
        "step": step,
        "step_number": now,
        "step_count": len(tasks),
        "step_title": tasks[now - 1].label,
        "saved_at": application.saved_at(max(application.saved, key=application.saved.__getitem__, default="")),
        "errors": {},
        "raw": {},
        **context,
    }
    raw, errors = context["raw"], context["errors"]
    if "questions" in context:
        context["questions"] = filled(context["questions"], raw, errors)
    if step == journey.BENEFICIARY_PEOPLE:
        context["rows"] = people_rows(raw, errors)
    return render(request, template, context, status=code)


def _price(request: HttpRequest, application: Application, step: str) -> HttpResponse:
    if request.method == "POST":
        saved = accept_new_price(application=application, by=actor_from(request), at=clock.now())
        request.sale.action = "new_price_accepted"  # type: ignore[attr-defined]
        return to_step(saved, next_step(saved))
    proposed = application.proposed_quote
    assert proposed is not None  # noqa: S101  _may_open
    context: dict[str, Any] = {"proposed": proposed, "difference": proposed.premium - application.quote.premium}
    return _page(request, application, "policies/apply/price.html", step, **context)


def _check(request: HttpRequest, application: Application, step: str) -> HttpResponse:
    product = product_of(application.quote)
    context: dict[str, Any] = {
        "answered": answered(application, product),
        "consents": _consents(product, {}, {}),
    }
    template = "policies/apply/check.html"
    if request.method == "GET":
        return _page(request, application, template, step, **context)
    raw = request.POST.dict()
    try:
        submitted = _submit(request, application, read_consents(raw, product))
    except AnswersInvalid as invalid:
        context["consents"] = _consents(product, raw, invalid.errors)
        return _wrong(request, application, template, step, invalid, **context)
    if submitted.state == ApplicationState.DRAFT:
        return to_step(submitted, next_step(submitted))
    return after_submission(submitted)


def _consents(product: CompiledProduct, raw: Mapping[str, Any], errors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements to tick, none of them ticked unless the person did so a moment ago."""
    rows = []
    for consent in product.consents:
        name = CONSENT_PREFIX + consent.key
        value = YES if raw.get(name) == YES else ""
        rows.append({"name": name, "consent": consent, "value": value, "error": errors.get(name, "")})
    return rows


def _submit(request: HttpRequest, application: Application, consents: tuple[str, ...]) -> Application:
    request.sale.action = "submitted"  # type: ignore[attr-defined]
    return submit_application(
        application=application,
        consents=consents,
        language=get_language() or "zh-hans",
        by=actor_from(request),
        at=clock.now(),
    )


@require_POST
@login_required
@traced("apply_all")
def apply_all(request: HttpRequest, application_no: str) -> HttpResponse:
    """Every answer in one form, and submitted with it; what is wrong leads to the page where it is asked."""
    application = found(request, application_no, read=owned_for_answers)
    if application.state != ApplicationState.DRAFT:
        return after_submission(application)
    asking, raw = Asking(application, clock.now()), request.POST.dict()
    try:
        answers, consents = read_everything(asking, raw)
        applied = apply_in_full(
            application=application,
            answers=answers,
            consents=consents,
            language=get_language() or "zh-hans",
            by=actor_from(request),
            at=asking.at,
        )
    except AnswersInvalid as invalid:
        return _wrong(request, application, "policies/apply/invalid.html", "", invalid)
    request.sale.action = "submitted"  # type: ignore[attr-defined]
    if applied.state == ApplicationState.DRAFT:
        return to_step(applied, next_step(applied))
    return after_submission(applied)


def status_page(request: HttpRequest, application: Application) -> HttpResponse:
    """Where a submitted application stands, why, and what the person can do."""
    standing = status.standing_of(application, clock.now())
    if standing.policy_no:
        return HttpResponseRedirect(reverse("policies:policy", args=[standing.policy_no]))
    context = {
        "application": application,
        "definition": product_of(application.quote).definition,
        "receipt": receipt_of(application),
        "standing": standing,
    }
    return render(request, "policies/application.html", context)

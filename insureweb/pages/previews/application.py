"""The application form of a version, page by page, drawn by the sale's own templates and checked by its own readers.

Nothing is stored: the application is never saved, answers to questions wait in the session of the person who looks, and
whatever is typed about people is checked and forgotten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from customers.models import User
from insureweb.pages.previews.frames import framed, public_prefix
from policies.offers.models import Quote
from policies.sale.forms import CONSENT_PREFIX, YES, AnswersInvalid, read_consents, read_one
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import put_answers
from policies.sale.selectors.pages import receipt_of, tasks_of
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
)
from products.calculator import Calculation, calculate
from products.compiled import CompiledProduct, compiled
from products.rules.answers import answers_as_json
from products.rules.facts import facts_as_text
from products.rules.rating import Breakdown
from products.version_pages import Desk

NUMBER = "PREVIEW"
KEPT = "previewed_answers"
QUOTED_FOR = timedelta(days=30)


def application_page(desk: Desk, step: str = "") -> HttpResponse:
    """A step of the form; without one, the first."""
    product = compiled(desk.version)
    calculation = calculate(product, {})
    if calculation.breakdown is None:
        return framed(desk, render(desk.request, "pages/preview/no_price.html", {"calculation": calculation}), {})
    asking = Asking(_application(desk, calculation, calculation.breakdown), desk.at)
    steps = journey.steps_of(product.definition)
    if not step:
        _forget(desk)
        return HttpResponseRedirect(desk.url("preview_step", steps[0]))
    outer = journey.INNER.get(step, step)
    if outer not in steps or (step not in STEP_PAGES and step != journey.CHECK):
        raise Http404
    show = _check if step == journey.CHECK else _ask_one if one_by_one(asking, step) else _ask
    answer = show(desk, asking, step)
    if isinstance(answer, HttpResponseRedirect):
        return answer
    return framed(desk, answer, _addresses(desk))


def _addresses(desk: Desk) -> dict[str, str]:
    stand_in = reverse("policies:apply", args=[NUMBER, journey.CHECK]).removesuffix(f"{journey.CHECK}/")
    return {
        stand_in: desk.url("preview_application"),
        public_prefix(desk.version.product.code): desk.url("preview_shop"),
        f'href="{reverse("my")}"': f'href="{desk.url("preview_application")}"',
    }


def _application(desk: Desk, calculation: Calculation, breakdown: Breakdown) -> Application:
    """An application that is never saved, for the usual facts and what was answered so far."""
    quote = Quote(
        no=NUMBER, product_version=desk.version, plan=calculation.plan, facts=facts_as_text(calculation.facts),
        breakdown=breakdown.as_json(), total=breakdown.total, currency=breakdown.currency,
        created_at=desk.at, expires_at=desk.at + QUOTED_FOR,
    )  # fmt: skip
    user = desk.request.user
    assert isinstance(user, User)  # noqa: S101  the back office knows who sits there
    application = Application(
        no=NUMBER, quote=quote, user=user, premium=quote.total, currency=quote.currency,
        created_at=desk.at, expires_at=quote.expires_at,
    )  # fmt: skip
    told = _told(desk)
    application.read_answers = lambda: told  # type: ignore[method-assign]
    return application


# --- What was answered so far ---


def _told(desk: Desk) -> dict[str, Any]:
    kept = desk.request.session.get(KEPT, {})
    told = kept.get(desk.version.content_hash, {})
    return dict(told) if isinstance(told, dict) else {}


def _keep(desk: Desk, told: dict[str, Any]) -> None:
    """Answers to one version at a time."""
    desk.request.session[KEPT] = {desk.version.content_hash: told}


def _forget(desk: Desk) -> None:
    desk.request.session.pop(KEPT, None)


# --- The steps ---


def _ask(desk: Desk, asking: Asking, step: str) -> HttpResponse:
    page = STEP_PAGES[step]
    if desk.request.method != "POST":
        context = page.context(asking)
        return _page(desk, asking, page.template, step, raw=context.pop("initial"), **context)
    raw = desk.request.POST.dict()
    try:
        page.read(asking, raw)
    except AnswersInvalid as invalid:
        context = page.context(asking)
        context["raw"] = {**context.pop("initial"), **raw}
        return _wrong(desk, asking, page.template, step, invalid, **context)
    return _go(desk, _following(asking, step, raw))


def _ask_one(desk: Desk, asking: Asking, step: str) -> HttpResponse:
    template, page, request = "policies/apply/question.html", STEP_PAGES[step], desk.request
    question = question_now(asking, step, request.POST.get("question", "") or request.GET.get("question", ""))
    if question is None:
        return _go(desk, _following(asking, step, {}))
    if request.method != "POST":
        context = {**page.context(asking), **question_context(asking, step, question)}
        return _page(desk, asking, template, step, raw=context.pop("initial"), **context)
    raw, group, told = request.POST.dict(), group_of(step), asking.application.read_answers()
    try:
        one = read_one(raw, question, group, today=asking.today)
    except AnswersInvalid as invalid:
        context = {**page.context(asking), **question_context(asking, step, question)}
        context["raw"] = {**context.pop("initial"), **raw}
        return _wrong(desk, asking, template, step, invalid, **context)
    before = told.get(group, {})
    known = before.get("questions", {}) if group == journey.HEALTH else before
    put_answers(told, group, {**known, **answers_as_json({question.key: one.value})})
    _keep(desk, told)
    later = question_after(asking, step, question.key)
    return _go(desk, step, f"?question={later}") if later else _go(desk, _following(asking, step, raw))


def _check(desk: Desk, asking: Asking, step: str) -> HttpResponse:
    product = compiled(desk.version)
    template, raw = "policies/apply/check.html", desk.request.POST.dict()
    if desk.request.method != "POST":
        return _page(desk, asking, template, step, answered=[], consents=_consents(product, {}, {}))
    try:
        read_consents(raw, product)
    except AnswersInvalid as invalid:
        consents = _consents(product, raw, invalid.errors)
        return _wrong(desk, asking, template, step, invalid, answered=[], consents=consents)
    return HttpResponse(render(desk.request, "pages/preview/through.html", {"version": desk.version}).content)


def _consents(product: CompiledProduct, raw: dict[str, Any], errors: Any) -> list[dict[str, Any]]:
    names = {consent.key: CONSENT_PREFIX + consent.key for consent in product.consents}
    return [
        {"name": names[one.key], "consent": one, "value": YES if raw.get(names[one.key]) == YES else "",
         "error": errors.get(names[one.key], "")}
        for one in product.consents
    ]  # fmt: skip


def _following(asking: Asking, step: str, raw: dict[str, Any]) -> str:
    """The page after this one: inside the step where an answer asks for it, else the next step."""
    inner = {journey.HEALTH: ("health", "some", journey.HEALTH_DETAILS),
             journey.BENEFICIARY: ("beneficiary", "named", journey.BENEFICIARY_PEOPLE)}  # fmt: skip
    if step in inner and raw.get(inner[step][0]) == inner[step][1]:
        return inner[step][2]
    steps = journey.steps_of(asking.definition)
    place = steps.index(journey.INNER.get(step, step))
    return steps[min(place + 1, len(steps) - 1)]


def _go(desk: Desk, step: str, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(desk.url("preview_step", step) + query)


def _wrong(
    desk: Desk, asking: Asking, template: str, step: str, invalid: AnswersInvalid, **context: Any
) -> HttpResponse:
    problems = [(element_id(name, asking.definition), words) for name, words in invalid.errors.items()]
    return _page(desk, asking, template, step, code=422, errors=invalid.errors, problems=problems, **context)


def _page(desk: Desk, asking: Asking, template: str, step: str, code: int = 200, **context: Any) -> HttpResponse:
    """The page as the sale draws it; every step can be opened from the list."""
    application = asking.application
    tasks = tasks_of(application, step)
    now = next((index for index, task in enumerate(tasks, start=1) if task.state == "now"), len(tasks))
    shown: dict[str, Any] = {
        "application": application,
        "definition": asking.definition,
        "receipt": receipt_of(application),
        "tasks": [{"label": task.label, "state": task.state, "note": "", "href": desk.url("preview_step", task.step)}
                  for task in tasks],
        "step": step, "step_number": now, "step_count": len(tasks), "step_title": tasks[now - 1].label,
        "errors": {}, "raw": {}, **context,
    }  # fmt: skip
    if "questions" in shown:
        shown["questions"] = filled(shown["questions"], shown["raw"], shown["errors"])
    if step == journey.BENEFICIARY_PEOPLE:
        shown["rows"] = people_rows(shown["raw"], shown["errors"])
    return render(desk.request, template, shown, status=code)

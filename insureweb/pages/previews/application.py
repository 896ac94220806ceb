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
from django.utils.translation import gettext as _

from customers.models import User
from insureweb.pages.previews.frames import framed, public_prefix
from insureweb.pages.previews.samples import sample_fields, sample_people
from policies.offers.models import Quote
from policies.sale.forms import CONSENT_PREFIX, YES, Answers, AnswersInvalid, read_consents, read_one
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import GROUPS, put_answers, questions_of
from policies.sale.selectors.checking import Group, group_rows
from policies.sale.selectors.pages import receipt_of, step_title, tasks_of
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


def _keep_groups(desk: Desk, answers: Answers) -> None:
    """The questions answered on one page; what was typed about people is not kept."""
    told = _told(desk)
    if answers.health is not None and answers.health.questions is not None:
        put_answers(told, journey.HEALTH, answers_as_json(answers.health.questions), kind=answers.health.kind)
    for group, found in ((journey.DETAILS, answers.details), (journey.SUITABILITY, answers.suitability)):
        if found is not None:
            put_answers(told, group, answers_as_json(found))
    _keep(desk, told)


def _answered(asking: Asking) -> list[Group]:
    """The answers as the customer checks them; in the place of people, why there are none."""
    told, definition = asking.application.read_answers(), asking.definition
    rows = {group: group_rows(definition, group, told) for group in GROUPS if group in told}
    rows[journey.INSURED] = [(_("People"), _("Checked and forgotten: a preview keeps nothing about people."))]
    steps = [step for step in journey.steps_of(definition) if rows.get(step)]
    return [Group(step_title(definition, step), step, rows[step]) for step in steps]


def _samples(asking: Asking, step: str) -> dict[str, Any]:
    if step == journey.INSURED:
        return sample_people()
    group = group_of(step)
    return sample_fields(questions_of(asking.definition, group), asking.today) if group else {}


def _given(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if value not in ("", None)}


# --- The steps ---


def _ask(desk: Desk, asking: Asking, step: str) -> HttpResponse:
    page = STEP_PAGES[step]
    if desk.request.method != "POST":
        context = page.context(asking)
        raw = {**_samples(asking, step), **_given(context.pop("initial"))}
        return _page(desk, asking, page.template, step, raw=raw, **context)
    raw = desk.request.POST.dict()
    try:
        _keep_groups(desk, page.read(asking, raw))
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
        samples = sample_fields([question], asking.today)
        return _page(desk, asking, template, step, raw={**samples, **_given(context.pop("initial"))}, **context)
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
    answered = _answered(asking)
    if desk.request.method != "POST":
        return _page(desk, asking, template, step, answered=answered, consents=_consents(product, {}, {}))
    try:
        read_consents(raw, product)
    except AnswersInvalid as invalid:
        consents = _consents(product, raw, invalid.errors)
        return _wrong(desk, asking, template, step, invalid, answered=answered, consents=consents)
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

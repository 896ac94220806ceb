"""What a version is expected to earn, and what competitors ask for the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from products.calculator import Calculation, calculate
from products.competitors import Beside, beside, facts_in_words, standing_prices
from products.compiled import compiled
from products.expectations import FORMS, PREFIX, Expectations, ProfitResult, kind_of, profit_at
from products.models import CompetitorPrice, ProfitAssumptions
from products.rules.facts import facts_as_text
from products.rules.life.exact import LifeError
from products.run_pages import check_may_see, may_see
from products.services.profit import keep_assumptions, note_competitor_price, withdraw_competitor_price
from products.services.runs import MAY_RUN
from products.version_pages import Desk, VersionPage

EARLIER = 10


def _check_may_write(desk: Desk) -> None:
    """Raises PermissionDenied: this person only reads."""
    if not desk.by.is_one_of(MAY_RUN):
        raise PermissionDenied


# --- Profit test ---


def profit_page(desk: Desk) -> HttpResponse:
    """The newest assumptions with what follows from them, the form for others, and competitors for the same facts."""
    check_may_see(desk)
    if desk.request.method == "POST":
        _check_may_write(desk)
        response: HttpResponse = idempotent_post(lambda request: _keep(desk))(desk.request)
        return response
    kept = _newest(desk)
    told = {**kept.facts, "plan": kept.plan} if kept else {}
    initial = {**kept.figures, "source": kept.source} if kept else None
    form = FORMS[kind_of(compiled(desk.version))](initial=initial, prefix=PREFIX)
    return _profit(desk, calculate(compiled(desk.version), told), form)


def _newest(desk: Desk) -> ProfitAssumptions | None:
    kind = kind_of(compiled(desk.version))
    return ProfitAssumptions.objects.filter(version=desk.version, kind=kind).order_by("-id").first()


def _keep(desk: Desk) -> HttpResponse:
    product, posted = compiled(desk.version), desk.request.POST
    kind, calculation = kind_of(product), calculate(product, posted)
    form = FORMS[kind](posted, prefix=PREFIX)
    if not form.is_valid() or calculation.breakdown is None:
        return _profit(desk, calculation, form, status=422)
    keep_assumptions(
        version=desk.version, kind=kind, plan=calculation.plan, facts=_facts(calculation), figures=form.figures(),
        source=form.cleaned_data["source"], by=desk.by, at=desk.at,
    )  # fmt: skip
    return desk.go(desk.request.path, _("The assumptions are kept with this version."))


def _facts(calculation: Calculation) -> dict[str, str]:
    """The facts asked for, as text; what only a plan sets comes with the plan."""
    asked = {field.key for field in calculation.fields}
    return {key: text for key, text in facts_as_text(calculation.facts).items() if key in asked}


def _profit(desk: Desk, calculation: Calculation, form: Expectations, status: int = 200) -> HttpResponse:
    product, kept = compiled(desk.version), _newest(desk)
    result, problem = _result(desk, kept) if kept else (None, "")
    context = {
        "calculation": calculation,
        "form": form,
        "kept": kept,
        "kept_facts": facts_in_words(product, kept.facts) if kept else (),
        "result": result,
        "problem": problem,
        "rivals": _rivals(desk, kept) if kept and result else [],
        "earlier": ProfitAssumptions.objects.filter(version=desk.version).order_by("-id")[:EARLIER],
        "may_run": desk.by.is_one_of(MAY_RUN),
        "competitors_url": desk.url("competitors"),
    }
    return desk.render("admin/products/profit.html", context, status=status)


def _result(desk: Desk, kept: ProfitAssumptions) -> tuple[ProfitResult | None, str]:
    """The test of what is kept under the version as it is now; no result where it has no price any more."""
    product = compiled(desk.version)
    calculation = calculate(product, {**kept.facts, "plan": kept.plan})
    if calculation.breakdown is None:
        return None, " ".join(str(words) for words in calculation.errors.values())
    try:
        return profit_at(product, calculation.facts, calculation.breakdown.premium, kept.kind, kept.figures), ""
    except LifeError as error:
        return None, str(error)


def _rivals(desk: Desk, kept: ProfitAssumptions) -> list[tuple[Beside, ProfitResult]]:
    """Competitors for the same facts, each with what the test would give at their price."""
    product = compiled(desk.version)
    same = standing_prices(desk.version, plan=kept.plan, facts=kept.facts)
    facts = calculate(product, {**kept.facts, "plan": kept.plan}).facts
    tax = product.price(facts).tax
    return [
        (one, profit_at(product, facts, one.theirs.price - tax, kept.kind, kept.figures))
        for one in beside(product, same)
    ]


# --- Competitors ---


class CompetitorForm(forms.Form):
    insurer_name = forms.CharField(label=gettext_lazy("Insurer"), max_length=80)
    product_name = forms.CharField(label=gettext_lazy("Their product"), max_length=120)
    price = forms.DecimalField(
        label=gettext_lazy("Their price, yuan"), min_value=0.01, max_value=10**9, decimal_places=2
    )  # fmt: skip
    seen_date = forms.DateField(
        label=gettext_lazy("Seen on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=gettext_lazy("Where it was seen"), max_length=300, help_text=gettext_lazy("A page, a leaflet, an offer.")
    )


def competitors_page(desk: Desk) -> HttpResponse:
    """Every price that stands beside ours, and the form for one more."""
    check_may_see(desk)
    if desk.request.method == "POST":
        _check_may_write(desk)
        act = _withdraw if desk.request.POST.get("action") == "withdraw" else _note
        response: HttpResponse = idempotent_post(lambda request: act(desk))(desk.request)
        return response
    form = CompetitorForm(initial={"seen_date": desk.at.date()}, prefix="rival")
    return _competitors(desk, calculate(compiled(desk.version), {}), form)


def _note(desk: Desk) -> HttpResponse:
    calculation = calculate(compiled(desk.version), desk.request.POST)
    form = CompetitorForm(desk.request.POST, prefix="rival")
    if not form.is_valid() or calculation.breakdown is None:
        return _competitors(desk, calculation, form, status=422)
    try:
        note_competitor_price(
            product=desk.version.product, plan=calculation.plan, facts=_facts(calculation), by=desk.by, at=desk.at,
            **form.cleaned_data,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _competitors(desk, calculation, form, status=422)
    return desk.go(desk.request.path, _("The price is noted."))


def _withdraw(desk: Desk) -> HttpResponse:
    prices = CompetitorPrice.objects.filter(product=desk.version.product_id)
    try:
        found = prices.filter(uuid=desk.request.POST.get("price", "")).first()
    except (ValueError, forms.ValidationError):
        found = None
    if found is None:
        raise Http404
    try:
        withdraw_competitor_price(price=found, reason=desk.request.POST.get("reason", ""), by=desk.by, at=desk.at)
    except Refused as refusal:
        form = CompetitorForm(prefix="rival")
        return _competitors(desk, calculate(compiled(desk.version), {}), form, refusal=refusal, status=422)
    return desk.go(desk.request.path, _("The price is withdrawn."))


def _competitors(
    desk: Desk, calculation: Calculation, form: CompetitorForm, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "calculation": calculation,
        "form": form,
        "refusal": refusal,
        "rows": beside(compiled(desk.version), standing_prices(desk.version)),
        "may_run": desk.by.is_one_of(MAY_RUN),
    }
    return desk.render("admin/products/competitors.html", dict(context), status=status)


PAGES = (
    VersionPage("profit", "profit/", profit_page, title=gettext_lazy("Profit test"), order=90, shown=may_see),
    VersionPage(
        "competitors", "competitors/", competitors_page, title=gettext_lazy("Competitors’ prices"), order=91,
        shown=may_see,
    ),
)  # fmt: skip

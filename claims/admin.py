"""Claims in the back office: the queue by deadline and the case page on which a claim is decided."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims import back_test_pages
from claims.forms import DeskForm
from claims.models import Claim, RefusalGround
from claims.selectors.customer import claim_title
from claims.selectors.desk import case_page, desk_figures, payout_of, queue, queue_page, queue_views
from claims.services.desk import approve_claim, ask_for_documents, pay_advance, refuse_claim, take_claim
from claims.services.evidence import open_evidence
from claims.services.reviews import uphold_decision
from claims.states import APPROVER, DESK, OPEN
from claims.taking_down_pages import SERVICE, TakingDownPages
from customers.models import User
from insureweb.audit.back_office import (
    Due,
    HouseAdmin,
    Kpi,
    WorkItem,
    actor_at,
    case_action,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)
from insureweb.finance.services.payouts import approve_payout, reject_payout
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money

SECOND_PERSON = (APPROVER, "finance")
SHORTEST_HOURS = Decimal("0.1")

back_test_pages.register()


@admin.register(Claim)
class ClaimAdmin(TakingDownPages, HouseAdmin):
    list_display = ["no", "policy", "coverage", "state", "event_date", "notified_at", "amount_assessed", "amount_paid",
                    "adjuster"]  # fmt: skip
    list_filter = ["state", "benefit", "line"]
    list_select_related = ["policy", "adjuster"]
    search_fields = ["=no", "=policy__no"]
    search_help_text = _("Whole claim or policy number")
    ordering = ["-id"]
    case_template = "claims/staff/case.html"
    reveal_fields: ClassVar[dict[str, set[str]]] = {
        "insured_id_number": DESK,
        "hospital": DESK,
        "what_happened": DESK,
        "payee_name": DESK,
        "payee_account": {APPROVER},
    }
    sidebar_icon = "healing"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(state="draft")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("queue/", self.admin_site.admin_view(self.queue_view), name="claims_claim_queue"),
            path(
                "<path:object_id>/evidence/<uuid:file>/",
                self.admin_site.admin_view(self.evidence_view),
                name="claims_claim_evidence",
            ),
        ]
        return [*self.taking_down_urls(), *own, *super().get_urls()]

    # --- The queue ---------------------------------------------------------------------------------------------------

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """Open claims, the nearest deadline first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        by, at = actor_at(request), clock.now()
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        chosen = request.GET.get("view", "")
        number = request.GET.get("page", "1")
        page = queue_page(view=chosen, number=int(number) if number.isdecimal() else 1, by=by, at=at)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Claims to decide"),
            "figures": desk_figures(at=at, by=by),
            "views": queue_views(chosen),
            "page": page,
            "now": at,
        }
        return TemplateResponse(request, "claims/staff/queue.html", context)

    # --- The case ----------------------------------------------------------------------------------------------------

    def case_context(self, request: HttpRequest, record: Claim) -> dict[str, Any]:
        by, at = actor_at(request), clock.now()
        case = case_page(record.no, by=by, at=at)
        papers = [(paper.key, str(paper.label)) for paper in case.papers]
        posted = request.POST if request.POST.get("action") == "decide" else None
        form = DeskForm(
            papers,
            posted,
            is_review=case.review is not None,
            initial={"amount": case.examination.benefit.amount or None},
        )
        party = None if case.claim.member else case.claim.policy.insured
        return {
            "case": case,
            "form": form,
            "now": at,
            "may_decide": "decide" in self.actions_open_to(by),
            "is_second_person": by.is_one_of(set(SECOND_PERSON)),
            "payout": payout_of(case.on_its_way),
            "party_urls": {
                field: reverse("admin:customers_party_reveal", args=[party.uuid, field])
                for field in ("name", "id_number", "phone")
                if party
            },
            "reveal_urls": {
                field: self.reveal_url(record, field) for field in self.reveal_fields if self.may_reveal(by, field)
            },
        }

    def evidence_view(self, request: HttpRequest, object_id: str, file: Any) -> HttpResponse:
        """One file of the case; who opened it is written down."""
        record = self.get_object(request, object_id)
        by = actor_at(request)
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record) or not by.is_one_of(DESK):
            raise PermissionDenied
        opened = open_evidence(claim=record, file=str(file), by=by, at=clock.now())
        if opened is None:
            raise Http404
        return HttpResponse(
            opened.content,
            content_type=opened.media_type,
            headers={"Content-Disposition": "inline", "Cache-Control": "private, no-store"},
        )

    @case_action(*DESK)
    def take(self, request: HttpRequest, record: Claim, *, by: Actor, at: datetime) -> str:
        assert isinstance(request.user, User)  # noqa: S101  the back office has no other visitors
        take_claim(claim=record, staff=request.user, by=by, at=at)
        return gettext("The claim is in your hands.")

    @case_action(*DESK)
    def decide(self, request: HttpRequest, record: Claim, *, by: Actor, at: datetime) -> str:
        """Carry out the decision of the form."""
        case = case_page(record.no, by=by, at=at)
        papers = [(paper.key, str(paper.label)) for paper in case.papers]
        form = DeskForm(papers, request.POST, is_review=case.review is not None)
        if not form.is_valid():
            raise Refused("form", str(next(iter(form.errors.values()))[0]), field=next(iter(form.errors)))
        return self._carry_out(form, record, by=by, at=at)

    def _carry_out(self, form: DeskForm, claim: Claim, *, by: Actor, at: datetime) -> str:
        told, note = form.words, form.cleaned_data["note"]
        decision, amount = form.cleaned_data["decision"], Money(form.paid, claim.currency)
        if decision == form.PAY:
            approve_claim(claim=claim, amount=amount, words=told, note=note, by=by, at=at)
            return gettext("Approved. A second person lets the money go.")
        if decision == form.ADVANCE:
            pay_advance(claim=claim, amount=amount, words=told, note=note, by=by, at=at)
            return gettext("The certain part is approved. A second person lets the money go.")
        if decision == form.ASK:
            ask_for_documents(claim=claim, wanted=form.cleaned_data["wanted"], words=told, by=by, at=at)
            return gettext("The customer has been asked. The clock stops until the documents are here.")
        assert told is not None  # noqa: S101  the form asks for them
        if decision == form.REFUSE:
            ground = RefusalGround(form.cleaned_data["ground"])
            refuse_claim(claim=claim, ground=ground, words=told, note=note, by=by, at=at)
            return gettext("Refused. The letter is on its way.")
        uphold_decision(claim=claim, words=told, note=note, by=by, at=at)
        return gettext("The decision stands. The customer has been told.")

    @case_action(*SECOND_PERSON)
    def release(self, request: HttpRequest, record: Claim, *, by: Actor, at: datetime) -> str:
        """The second person lets the money go."""
        approve_payout(payout=self._waiting_payout(record), reason=request.POST.get("reason", ""), by=by, at=at)
        return gettext("Approved. The money leaves now.")

    @case_action(*SECOND_PERSON)
    def stop(self, request: HttpRequest, record: Claim, *, by: Actor, at: datetime) -> str:
        """The second person says no."""
        reject_payout(payout=self._waiting_payout(record), reason=request.POST.get("reason", ""), by=by, at=at)
        return gettext("Stopped. The claim is back with the adjusters.")

    def _waiting_payout(self, claim: Claim) -> Any:
        settlement = claim.settlements.filter(state="requested").order_by("-id").first()
        payout = payout_of(settlement)
        if payout is None:
            raise Refused("nothing_to_approve", _("No payment of this claim waits for a second person."))
        return payout


def _queue_url(view: str = "") -> str:
    return reverse("admin:claims_claim_queue") + (f"?view={view}" if view else "")


register_work(
    WorkItem(
        code="claims-queue",
        section="claims",
        title=_("Claims to decide"),
        url=_queue_url,
        roles=frozenset(DESK),
        icon="healing",
        waiting=lambda actor: count_up_to_limit(queue().filter(state__in=OPEN)),
    )
)
register_work(
    WorkItem(
        code="claims-mine",
        section="claims",
        title=_("Claims in my hands"),
        url=lambda: _queue_url("mine"),
        roles=frozenset(DESK),
        icon="person",
        waiting=lambda actor: count_up_to_limit(queue().filter(adjuster__uuid=actor.id)),
    )
)
register_work(
    WorkItem(
        code="claims-second",
        section="claims",
        title=_("Payments for a second person"),
        url=lambda: _queue_url("second"),
        roles=frozenset({APPROVER}),
        icon="visibility",
        waiting=lambda actor: count_up_to_limit(queue().filter(state="approved", payout_problem="")),
    )
)
register_work(
    WorkItem(
        code="claims-take-down",
        section="service",
        title=_("Take down a member's claim"),
        url=lambda: reverse("admin:claims_claim_report"),
        roles=frozenset({SERVICE}),
        icon="edit_note",
    )
)


@register_kpis(*DESK)
def claim_figures(actor: Actor, at: datetime) -> list[Kpi]:
    figures = desk_figures(at=at, by=actor)
    hours = "" if figures.median_hours is None else gettext("%(hours)s h") % {"hours": figures.median_hours}
    if figures.median_hours is not None and figures.median_hours < SHORTEST_HOURS:
        hours = gettext("at once")
    return [
        Kpi(_("Claims waiting"), figures.waiting, gettext("%(count)s yours") % {"count": figures.mine}, _queue_url()),
        Kpi(_("Claims due today"), figures.due_today, "", _queue_url("today"), is_time=True),
        Kpi(_("Claims past their deadline"), figures.late, "", _queue_url("late"), is_time=True),
        Kpi(_("Median time to decide"), hours or gettext("none yet"), gettext("last 90 days")),
    ]


@register_due(*DESK)
def due_claims(actor: Actor, at: datetime) -> Iterable[Due]:
    """The next deadlines of claims that are free or in the person's own hands."""
    soon = queue().filter(due_at__isnull=False, due_at__lte=at + timedelta(days=7))
    for claim in soon[:20]:
        if claim.adjuster is None or str(claim.adjuster.uuid) == actor.id:
            url = reverse("admin:claims_claim_change", args=[claim.no])
            why = getattr(claim, "why", None) or ""
            yield Due(claim_title(claim), url, claim.due_at or at, claim.state_enum.label, why)

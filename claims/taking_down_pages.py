"""The back office pages on which customer service takes down a group member's claim: find the person, then write."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from claims.forms import IncidentForm, MemberPayeeForm, choices_of
from claims.services.taking_down import find_member, take_down
from claims.taking_down_forms import CallerForm, FindMemberForm
from insureweb.audit.back_office import actor_at
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from policies.contract.models import PolicyMember
from policies.contract.selectors.members import with_policies

SERVICE = "customer_service"


class TakingDownPages:
    """Mixed into the claims' admin class."""

    admin_site: Any
    opts: Any

    def taking_down_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("report/", view(self.find_view), name="claims_claim_report"),
            path("report/<uuid:member>/", view(self.report_view), name="claims_claim_report_member"),
        ]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """One person, by policy and whole ID number; never a list."""
        _check_service(request)
        form = FindMemberForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                found = find_member(**form.cleaned_data, by=actor_at(request), at=clock.now())
            except Refused as refusal:
                form.add_error(refusal.field, str(refusal.message))
            else:
                return redirect("admin:claims_claim_report_member", found.uuid)
        return self._page(request, "claims/staff/find_member.html", form=form)

    def report_view(self, request: HttpRequest, member: UUID) -> HttpResponse:
        _check_service(request)
        found = with_policies().filter(uuid=member).first()
        if found is None:
            raise Http404
        return idempotent_post(self._report)(request, found)  # type: ignore[no-any-return]

    def _report(self, request: HttpRequest, member: PolicyMember) -> HttpResponse:
        today, told = clock.today(), request.POST or None
        caller, payee = CallerForm(told), MemberPayeeForm("", told)
        form = IncidentForm(choices_of([member.policy], today), today, told)
        forms = (caller, form, payee)
        answer = None
        if told is not None and all(one.is_valid() for one in forms):
            answer = self._take_down(request, member, caller, form, payee)
        context = {"member": member, "forms": forms, "caller": caller, "form": form, "payee": payee}
        return answer or self._page(request, "claims/staff/take_down.html", **context)

    def _take_down(
        self, request: HttpRequest, member: PolicyMember, caller: CallerForm, form: IncidentForm, payee: MemberPayeeForm
    ) -> HttpResponse | None:  # fmt: skip
        """The claim's page, or None when the service refused and a form says why."""
        choice = form.options[form.cleaned_data["cover"]]
        try:
            claim = take_down(
                member=member, coverage=choice.cover.code, incident=form.incident, caller=caller.told_by,
                account=payee.cleaned_data["account"], relative=payee.relative, by=actor_at(request), at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            owner = next((one for one in (caller, payee) if refusal.field in one.fields), form)
            owner.add_error(refusal.field if refusal.field in owner.fields else None, str(refusal.message))
            return None
        messages.success(request, _("Claim %(number)s is taken down and sent.") % {"number": claim.no})
        return redirect(reverse("admin:claims_claim_change", args=[claim.no]))

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        title = _("Take down a member's claim")
        around = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return TemplateResponse(request, template, around | context)


def _check_service(request: HttpRequest) -> None:
    if not actor_at(request).is_one_of({SERVICE}):
        raise PermissionDenied

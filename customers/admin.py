"""Accounts, parties, staff and messages in the back office."""

from datetime import datetime
from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import ERROR
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers import selectors
from customers.models import (
    Consent,
    LoginFailure,
    Message,
    Party,
    PrivacyRequest,
    StaffProfile,
    Team,
    Unit,
    User,
)
from customers.models.users import masked_email
from customers.services import accounts, messages, staff
from customers.staff_forms import AccountForm, StaffForm, TeamForm, UnitForm
from insureweb.audit.back_office import (
    HouseAdmin,
    Kpi,
    WorkItem,
    actor_at,
    case_action,
    register_kpis,
    register_work,
)
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused

# What other packages registered shows secrets or writes round our services.
for model in (Group, EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

# The back office has one door: the code by mail, then the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def no_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """No account has a password, so there is none to change."""
    raise Http404


admin.site.password_change = no_password  # type: ignore[method-assign, assignment]

CONTACT_ROLES = {"underwriter", "claims_adjuster", "claims_approver", "customer_service"}
PAYMENT_ROLES = {"claims_approver", "finance"}


@admin.register(User)
class UserAdmin(HouseAdmin):
    list_display = ["masked_address", "is_staff", "is_active", "language", "created_at", "last_login"]
    list_filter = ["is_staff", "is_active", "language"]
    search_fields = ["=email"]
    search_help_text = _("Whole e-mail address")
    ordering = ["-id"]
    form = AccountForm
    fields = ["email_masked", "is_active", "reason", "is_staff", "language", "created_at", "last_login"]
    readonly_fields = ["is_staff", "language", "created_at", "last_login"]
    reveal_fields: ClassVar[dict[str, set[str]]] = {"email": {"customer_service", "security_admin"}}
    sidebar_icon = "account_circle"

    @admin.display(description=_("e-mail address"))
    def masked_address(self, record: User) -> str:
        return masked_email(record.email)

    def mask_of(self, record: User, name: str) -> str:
        return masked_email(record.email)

    def change_by_service(self, *, record: User, data: dict[str, Any], by: Actor, at: datetime) -> User:
        return staff.set_active(user=record, is_active=data["is_active"], reason=data["reason"], by=by, at=at)


@admin.register(Party)
class PartyAdmin(HouseAdmin):
    list_display = ["name", "kind", "sex", "birth_date", "is_self", "created_at"]
    list_filter = ["kind", "is_self"]
    search_fields = ["uuid"]
    ordering = ["-id"]
    fields = ["name_masked", "kind", "id_type", "id_number_masked", "sex", "birth_date", "phone_masked",
              "bank_account_masked", "address_masked", "is_self", "created_at"]  # fmt: skip
    reveal_fields: ClassVar[dict[str, set[str]]] = {
        "name": CONTACT_ROLES,
        "id_number": CONTACT_ROLES,
        "phone": CONTACT_ROLES,
        "address": CONTACT_ROLES,
        "bank_account": PAYMENT_ROLES,
    }

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Look-up by the full identity number or phone, through the blind index."""
        index = Party._meta.get_field("id_number_index").of  # type: ignore[union-attr]
        phone = Party._meta.get_field("phone_index").of  # type: ignore[union-attr]
        if not search_term:
            return queryset, False
        found = queryset.filter(id_number_index=index(search_term)) | queryset.filter(phone_index=phone(search_term))
        return found, False


@admin.register(StaffProfile)
class StaffProfileAdmin(HouseAdmin):
    list_display = ["name", "unit", "team", "underwriting_limit", "claims_limit", "currency"]
    list_filter = ["unit"]
    list_select_related = ["unit", "team"]
    search_fields = ["name__startswith"]
    ordering = ["-id"]
    form = StaffForm
    fields = ["email", "name", "roles", "unit", "team", "underwriting_limit", "claims_limit", "reason"]
    sidebar_icon = "badge"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> StaffProfile:
        return staff.create_staff(
            email=data["email"], name=data["name"], roles=data["roles"], unit=data["unit"], team=data["team"],
            underwriting_limit=data["underwriting_limit"], claims_limit=data["claims_limit"], by=by, at=at,
        )  # fmt: skip

    def change_by_service(self, *, record: StaffProfile, data: dict[str, Any], by: Actor, at: datetime) -> StaffProfile:
        return staff.change_staff(
            profile=record, name=data["name"], roles=data["roles"], unit=data["unit"], team=data["team"],
            underwriting_limit=data["underwriting_limit"], claims_limit=data["claims_limit"], reason=data["reason"],
            by=by, at=at,
        )  # fmt: skip


@admin.register(Unit)
class UnitAdmin(HouseAdmin):
    list_display = ["code", "name"]
    form = UnitForm
    fields = ["code", "name_zh", "name_en"]
    sidebar_icon = "domain"

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Unit:
        return staff.open_unit(code=data["code"], name=data["name"], by=by, at=at)

    def change_by_service(self, *, record: Unit, data: dict[str, Any], by: Actor, at: datetime) -> Unit:
        return staff.open_unit(code=record.code, name=data["name"], by=by, at=at)


@admin.register(Team)
class TeamAdmin(HouseAdmin):
    list_display = ["code", "name", "unit"]
    list_select_related = ["unit"]
    form = TeamForm
    fields = ["code", "name_zh", "name_en", "unit"]
    sidebar_icon = "groups"

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Team:
        return staff.open_team(unit=data["unit"], code=data["code"], name=data["name"], by=by, at=at)

    def change_by_service(self, *, record: Team, data: dict[str, Any], by: Actor, at: datetime) -> Team:
        return staff.open_team(unit=data["unit"], code=record.code, name=data["name"], by=by, at=at)


@admin.register(Message)
class MessageAdmin(HouseAdmin):
    list_display = ["kind", "channel", "user", "state", "subject_no", "created_at", "sent_at"]
    list_filter = ["channel", "state"]
    list_select_related = ["user"]
    search_fields = ["=subject_no"]
    ordering = ["-id"]
    actions = ["send_again"]
    sidebar_icon = "mail"
    fields = ["kind", "channel", "user", "title", "body", "subject_kind", "subject_no", "state", "created_at",
              "sent_at", "read_at"]  # fmt: skip

    @admin.action(description=_("Send again what could not be sent"))
    def send_again(self, request: HttpRequest, chosen: Any) -> None:
        by, at = actor_at(request), clock.now()
        for message in chosen:
            try:
                messages.send_failed_again(message=message, by=by, at=at)
            except Refused as refusal:
                self.message_user(request, f"{message}: {refusal}", ERROR)


@admin.register(Consent)
class ConsentAdmin(HouseAdmin):
    list_display = ["kind", "version", "language", "user", "subject_no", "is_given", "at"]
    list_filter = ["is_given"]
    list_select_related = ["user"]
    search_fields = ["=subject_no"]
    ordering = ["-id"]
    fields = ["kind", "version", "text_hash", "language", "user", "subject_kind", "subject_no", "is_given", "at"]


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(HouseAdmin):
    list_display = ["kind", "user", "state", "due_date", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["user"]
    ordering = ["-id"]
    case_template = "customers/staff/privacy_request.html"
    sidebar_icon = "shield_person"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def case_context(self, request: HttpRequest, record: PrivacyRequest) -> dict[str, Any]:
        return {
            "parties": selectors.parties_of(record.user).count(),
            "consents": selectors.current_consents(record.user),
            "may_decide": "answer" in self.actions_open_to(actor_at(request)),
        }

    @case_action("security_admin")
    def answer(self, request: HttpRequest, record: PrivacyRequest, *, by: Actor, at: datetime) -> str:
        """Done or refused, with the words the person will read."""
        done = request.POST.get("outcome") == "done"
        accounts.answer_privacy_request(request=record, done=done, answer=request.POST.get("answer", ""), by=by, at=at)
        return str(_("The answer is sent."))


@admin.register(LoginFailure)
class LoginFailureAdmin(HouseAdmin):
    list_display = ["at", "kind", "address_masked", "network_address"]
    list_filter = ["kind"]
    ordering = ["-id"]
    fields = ["at", "kind", "address_masked", "network_address"]


register_work(
    WorkItem(
        code="privacy-requests",
        section="oversight",
        title=_("Privacy requests to answer"),
        url=lambda: reverse("admin:customers_privacyrequest_changelist") + "?state__exact=requested",
        roles=frozenset({"security_admin"}),
        icon="shield_person",
        waiting=lambda actor: selectors.open_privacy_requests(),
    )
)


@register_kpis("security_admin")
def security_figures(actor: Actor, at: datetime) -> list[Kpi]:
    return [
        Kpi(_("Wrong codes in an hour"), selectors.recent_login_failures(at)),
        Kpi(_("Privacy requests open"), selectors.open_privacy_requests(), is_time=True),
    ]


@register_kpis("customer_service", "system_admin")
def message_figures(actor: Actor, at: datetime) -> list[Kpi]:
    url = reverse("admin:customers_message_changelist") + "?state__exact=failed"
    return [Kpi(_("Messages that could not be sent"), selectors.failed_messages(), url=url)]

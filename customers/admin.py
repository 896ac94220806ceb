"""Accounts, parties, staff and messages in the back office."""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

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
from insureweb.audit.back_office import HouseAdmin

# The back office has one door: the code by mail, then the second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

CONTACT_ROLES = {"underwriter", "claims_adjuster", "claims_approver", "customer_service"}
PAYMENT_ROLES = {"claims_approver", "finance"}


@admin.register(User)
class UserAdmin(HouseAdmin):
    list_display = ["email_masked", "is_staff", "is_active", "language", "created_at", "last_login"]
    list_filter = ["is_staff", "is_active", "language"]
    search_fields = ["=email"]
    search_help_text = "name@example.com"
    ordering = ["-id"]
    fields = ["email_masked", "is_active", "is_staff", "language", "created_at", "last_login"]
    reveal_fields: ClassVar[dict[str, set[str]]] = {"email": {"customer_service", "security_admin"}}

    def mask_of(self, record: User, name: str) -> str:
        return masked_email(record.email)


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
    fields = ["name", "user", "unit", "team", "underwriting_limit", "claims_limit", "currency", "created_at"]


@admin.register(Unit)
class UnitAdmin(HouseAdmin):
    list_display = ["code", "name"]
    fields = ["code", "name"]


@admin.register(Team)
class TeamAdmin(HouseAdmin):
    list_display = ["code", "name", "unit"]
    list_select_related = ["unit"]
    fields = ["code", "name", "unit"]


@admin.register(Message)
class MessageAdmin(HouseAdmin):
    list_display = ["kind", "channel", "user", "state", "subject_no", "created_at", "sent_at"]
    list_filter = ["channel", "state"]
    list_select_related = ["user"]
    search_fields = ["=subject_no"]
    ordering = ["-id"]
    fields = ["kind", "channel", "user", "title", "body", "subject_kind", "subject_no", "state", "created_at",
              "sent_at", "read_at"]  # fmt: skip


@admin.register(Consent)
class ConsentAdmin(HouseAdmin):
    list_display = ["kind", "version", "language", "user", "subject_no", "is_given", "at"]
    list_filter = ["is_given", "language"]
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
    fields = ["kind", "user", "state", "due_date", "answer", "created_at", "answered_at"]


@admin.register(LoginFailure)
class LoginFailureAdmin(HouseAdmin):
    list_display = ["at", "kind", "address_masked", "network_address"]
    list_filter = ["kind"]
    ordering = ["-id"]
    fields = ["at", "kind", "address_masked", "network_address"]

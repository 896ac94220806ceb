"""Money in the back office: what came in, what goes out and needs a second person, and the books."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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
from insureweb.finance import selectors, tasks
from insureweb.finance.models import (
    GatewayNotification,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentShare,
    Payout,
    Refund,
)
from insureweb.finance.services.four_eyes import check_second_person
from insureweb.finance.services.payouts import approve_payout, reject_payout
from insureweb.finance.services.refunds import REFUNDABLE, approve_refund, reject_refund, request_refund
from insureweb.finance.states import OPEN_PAYMENT, PAYOUT_APPROVERS, PaymentState, PayoutState, RefundState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.money import Money

# Money waiting for a second person is looked at within a day.
DECIDE_WITHIN = timedelta(days=1)
# More than the columns hold; arithmetic on it would fail.
UNBELIEVABLE = Decimal("1e15")


def _typed(request: HttpRequest, name: str, longest: int) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


def _money_typed(request: HttpRequest, currency: str) -> Money:
    """Raises `Refused`: this is no amount."""
    try:
        amount = Decimal(_typed(request, "amount", 20).replace(",", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= UNBELIEVABLE:
        raise Refused("refund_amount", _("Enter an amount above zero, with at most two decimals."), field="amount")
    return Money(amount, currency)


def _decision_context(page: HouseAdmin, request: HttpRequest, record: Refund | Payout) -> dict[str, Any]:
    """May this person decide, and if not, why."""
    by = actor_at(request)
    return {
        "waiting": record.state == "awaiting_approval",
        "may_decide": "approve" in page.actions_open_to(by),
        "why_not": reason_against(check_second_person, by, record.requested_by_kind, record.requested_by_id),
    }


@admin.register(Payment)
class PaymentAdmin(HouseAdmin):
    list_display = ["no", "subject_no", "amount", "currency", "state", "suspense_reason", "gateway", "created_at",
                    "captured_at"]  # fmt: skip
    list_filter = ["state", "suspense_reason", "gateway"]
    search_fields = ["=no", "=subject_no", "=gateway_trade_no"]
    search_help_text = _("Whole payment, order or gateway number")
    ordering = ["-id"]
    case_template = "finance/staff/payment.html"
    sidebar_icon = "payments"

    def case_context(self, request: HttpRequest, record: Payment) -> dict[str, Any]:
        return {
            "shares": list(PaymentShare.objects.filter(payment=record).order_by("id")),
            "refunds": list(selectors.refunds_of(record)),
            "messages_of_gateway": list(GatewayNotification.objects.filter(payment_no=record.no).order_by("-id")[:20]),
            "left": Money(record.captured_amount - record.refunded_amount, record.currency),
            "refundable": record.state in REFUNDABLE,
            "open": record.state in OPEN_PAYMENT,
        }

    @case_action("finance")
    def ask(self, request: HttpRequest, record: Payment, *, by: Actor, at: datetime) -> str:
        tasks.ask_about_payment(record.no)
        return str(_("The gateway is being asked. Look again in a moment."))

    @case_action("finance")
    def refund(self, request: HttpRequest, record: Payment, *, by: Actor, at: datetime) -> str:
        reason = _typed(request, "reason", 500)
        if not reason:
            raise Refused("reason_needed", _("Say why."), field="reason")
        request_refund(
            payment=record, amount=_money_typed(request, record.currency), reason=reason,
            insurer_code=_typed(request, "insurer_code", 32), automatic=False, by=by, at=at,
        )  # fmt: skip
        return str(_("Asked for. A second person decides before the money leaves."))


@admin.register(Refund)
class RefundAdmin(HouseAdmin):
    list_display = ["no", "payment", "amount", "currency", "state", "automatic", "requested_by_label", "requested_at"]
    list_filter = ["state", "automatic"]
    list_select_related = ["payment"]
    search_fields = ["=no", "=payment__no", "=payment__subject_no"]
    search_help_text = _("Whole refund, payment or order number")
    ordering = ["-id"]
    case_template = "finance/staff/refund.html"
    sidebar_icon = "undo"

    def case_context(self, request: HttpRequest, record: Refund) -> dict[str, Any]:
        return _decision_context(self, request, record) | {"shares": list(record.shares.order_by("id"))}

    @case_action("finance")
    def approve(self, request: HttpRequest, record: Refund, *, by: Actor, at: datetime) -> str:
        approve_refund(refund=record, reason=_typed(request, "reason", 500), by=by, at=at)
        return str(_("Approved. The money is on its way."))

    @case_action("finance")
    def reject(self, request: HttpRequest, record: Refund, *, by: Actor, at: datetime) -> str:
        reject_refund(refund=record, reason=_typed(request, "reason", 500), by=by, at=at)
        return str(_("Rejected. Nothing leaves."))


@admin.register(Payout)
class PayoutAdmin(HouseAdmin):
    list_display = ["no", "subject_no", "insurer_code", "amount", "currency", "state", "automatic",
                    "requested_by_label", "requested_at"]  # fmt: skip
    list_filter = ["state", "automatic", "insurer_code"]
    search_fields = ["=no", "=subject_no"]
    search_help_text = _("Whole payout or claim number")
    ordering = ["-id"]
    case_template = "finance/staff/payout.html"
    reveal_fields: ClassVar[dict[str, set[str]]] = {
        "payee_name": PAYOUT_APPROVERS,
        "payee_account": PAYOUT_APPROVERS,
    }
    sidebar_icon = "outbound"

    def case_context(self, request: HttpRequest, record: Payout) -> dict[str, Any]:
        return _decision_context(self, request, record) | {
            "reveal_urls": {
                field: self.reveal_url(record, field)
                for field in self.reveal_fields
                if self.may_reveal(actor_at(request), field)
            }
        }

    @case_action(*PAYOUT_APPROVERS)
    def approve(self, request: HttpRequest, record: Payout, *, by: Actor, at: datetime) -> str:
        approve_payout(payout=record, reason=_typed(request, "reason", 500), by=by, at=at)
        return str(_("Approved. The money is on its way."))

    @case_action(*PAYOUT_APPROVERS)
    def reject(self, request: HttpRequest, record: Payout, *, by: Actor, at: datetime) -> str:
        reject_payout(payout=record, reason=_typed(request, "reason", 500), by=by, at=at)
        return str(_("Rejected. Nothing leaves."))


@admin.register(GatewayNotification)
class GatewayNotificationAdmin(HouseAdmin):
    list_display = ["received_at", "gateway", "notification_id", "payment_no", "verdict"]
    list_filter = ["verdict", "gateway"]
    search_fields = ["=payment_no", "=notification_id"]
    search_help_text = _("Whole payment number or message id")
    ordering = ["-id"]
    fields = ["received_at", "gateway", "notification_id", "payment_no", "verdict", "facts", "body_sha256"]
    sidebar_icon = "mark_email_read"


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(HouseAdmin):
    list_display = ["occurred_on", "insurer_code", "currency", "kind", "subject_kind", "subject_no", "actor_label"]
    list_filter = ["kind", "insurer_code"]
    search_fields = ["=subject_no"]
    search_help_text = _("Whole number of the subject")
    ordering = ["-id"]
    case_template = "finance/staff/ledger_transaction.html"
    sidebar_icon = "account_balance"

    def case_context(self, request: HttpRequest, record: LedgerTransaction) -> dict[str, Any]:
        return {
            "entries": list(record.entries.select_related("account").order_by("id")),
            "same_subject": list(selectors.transactions_of(record.subject_kind, record.subject_no)),
        }


@admin.register(LedgerAccount)
class LedgerAccountAdmin(HouseAdmin):
    list_display = ["insurer_code", "currency", "title", "code", "kind"]
    list_filter = ["insurer_code", "currency", "kind"]
    search_fields = ["=code"]
    ordering = ["-id"]
    case_template = "finance/staff/ledger_account.html"
    sidebar_icon = "menu_book"

    @admin.display(description=_("account"))
    def title(self, record: LedgerAccount) -> str:
        return record.name

    def case_context(self, request: HttpRequest, record: LedgerAccount) -> dict[str, Any]:
        recent = LedgerEntry.objects.filter(account=record).select_related("transaction").order_by("-id")[:50]
        return {
            "balance": selectors.balance_of(record.insurer_code, record.code, currency=record.currency),
            "recent": list(recent),
        }


# --- What waits ------------------------------------------------------------------------------------------------------


def _list_url(model: str, state: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:finance_{model}_changelist") + f"?state__exact={state}"


def _register_queue(code: str, title: Any, model: type[Any], state: str, roles: set[str], icon: str) -> None:
    register_work(
        WorkItem(
            code=code,
            section="money",
            title=title,
            url=_list_url(model._meta.model_name, state),
            roles=frozenset(roles),
            icon=icon,
            waiting=lambda _actor: count_up_to_limit(model.objects.filter(state=state)),
        )
    )


_register_queue(
    "payouts-to-approve",
    _("Payouts to approve"),
    Payout,
    PayoutState.AWAITING_APPROVAL.value,
    PAYOUT_APPROVERS,
    "visibility",
)
_register_queue(
    "refunds-to-approve", _("Refunds to approve"), Refund, RefundState.AWAITING_APPROVAL.value, {"finance"}, "undo"
)
_register_queue(
    "money-in-suspense", _("Money in suspense"), Payment, PaymentState.IN_SUSPENSE.value, {"finance"}, "help"
)


@register_kpis("finance")
def money_figures(actor: Actor, at: datetime) -> list[Kpi]:
    unknown = count_up_to_limit(Payment.objects.filter(state=PaymentState.UNKNOWN))
    failed = count_up_to_limit(Payout.objects.filter(state=PayoutState.FAILED))
    return [
        Kpi(_("Payments being checked"), unknown, url=_list_url("payment", PaymentState.UNKNOWN.value)()),
        Kpi(_("Payouts that failed"), failed, url=_list_url("payout", PayoutState.FAILED.value)()),
    ]


@register_due(*PAYOUT_APPROVERS)
def payouts_due(actor: Actor, at: datetime) -> list[Due]:
    """Payouts this person may decide about: those somebody else asked for."""
    waiting = Payout.objects.filter(state=PayoutState.AWAITING_APPROVAL).exclude(
        requested_by_kind=actor.kind, requested_by_id=actor.id
    )
    return [
        Due(
            title=f"{payout.subject_no} {payout.money}",
            url=reverse("admin:finance_payout_change", args=[payout.no]),
            due_at=payout.requested_at + DECIDE_WITHIN,
            kind=_("Payout to approve"),
            note=payout.requested_by_label,
        )
        for payout in waiting.order_by("requested_at", "id")[:20]
    ]

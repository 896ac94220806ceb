"""The underwriters' queue and the page of one case."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import StaffProfile, User
from insureweb.audit.back_office import HouseAdmin, actor_at, case_action
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.templatetags.house import moment_filter, money_text
from policies.admin.lists import people_links
from policies.sale.models import Application
from policies.sale.selectors.pages import receipt_of
from policies.underwriting.models import Referral
from policies.underwriting.ports import subject_handler
from policies.underwriting.reasons import ReasonCode
from policies.underwriting.rules.authority import needs_second_underwriter
from policies.underwriting.services import referrals as services
from policies.underwriting.services.referrals import DECIDABLE, Verdict, check_second_person, proposed_verdict
from policies.underwriting.states import Outcome, ReferralState

MANUAL_LABELS = {
    Outcome.ACCEPT: gettext_lazy("Accept as standard"),
    Outcome.LOAD: gettext_lazy("Accept with a loading"),
    Outcome.EXCLUDE: gettext_lazy("Accept with an exclusion"),
    Outcome.POSTPONE: gettext_lazy("Postpone"),
    Outcome.DECLINE: gettext_lazy("Decline"),
}


def _text(request: HttpRequest, name: str, limit: int = 1000) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:limit]


def _both(request: HttpRequest, name: str) -> Localized | None:
    """A text in both languages, or None when both are empty.

    Raises:
        Refused: one of the two is missing.
    """
    texts = {"zh-hans": _text(request, f"{name}_zh_hans"), "en": _text(request, f"{name}_en")}
    if not any(texts.values()):
        return None
    if not all(texts.values()):
        field = f"{name}_en" if texts["zh-hans"] else f"{name}_zh_hans"
        raise Refused("both_languages", _("Write it in both languages."), field=field)
    return Localized.read(texts)


def verdict_from(request: HttpRequest) -> Verdict:
    """What the underwriter filled in.

    Raises:
        Refused: the loading is no number, or words for the customer are missing.
    """
    told = _both(request, "words")
    if told is None:
        raise Refused("words_needed", _("Write what the customer will read, in both languages."), field="words_zh_hans")
    outcome = _text(request, "outcome", 20)
    loading = Decimal(0)
    if outcome == Outcome.LOAD:
        try:
            loading = Decimal(_text(request, "loading_percent", 10) or "0").quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise Refused(
                "loading", _("Enter the loading in digits, for example 25."), field="loading_percent"
            ) from error
    terms = _both(request, "special_terms") if outcome == Outcome.EXCLUDE else None
    return Verdict(outcome, _text(request, "reason_code", 40), told, loading, terms)


@admin.register(Referral)
class ReferralAdmin(HouseAdmin):
    """The queue stands in the order of the deadlines; a case is taken, decided, and seen by a second person."""

    list_display = ["subject_no", "due", "product", "why", "sum", "state", "with_whom", "opened_at"]
    list_filter = ["state", "asked_by_customer"]
    list_select_related = ["product_version__product", "assigned_to__staff_profile", "cause"]
    ordering = ["deadline_at", "id"]
    search_fields = ["=subject_no"]
    search_help_text = gettext_lazy("Whole application number")
    case_template = "policies/back_office/referral.html"
    sidebar_icon = "assignment_ind"

    @admin.display(description=gettext_lazy("product"))
    def product(self, record: Referral) -> str:
        return str(record.product_version.product.name)

    @admin.display(description=gettext_lazy("due"), ordering="deadline_at")
    def due(self, record: Referral) -> str:
        return moment_filter(record.deadline_at)

    @admin.display(description=gettext_lazy("sum insured"), ordering="sum_insured")
    def sum(self, record: Referral) -> str:
        return money_text(Money(record.sum_insured, record.currency), whole=True) if record.sum_insured else ""

    @admin.display(description=gettext_lazy("with"))
    def with_whom(self, record: Referral) -> str:
        return record.assigned_to.staff_profile.name if record.assigned_to else ""

    @admin.display(description=gettext_lazy("why it is here"))
    def why(self, record: Referral) -> str:
        return " ".join(str(reason) for reason in record.cause.reasons)[:120]

    def case_context(self, request: HttpRequest, record: Referral) -> dict[str, Any]:
        actor = actor_at(request)
        story = subject_handler(record.subject_kind).story(record.subject_no)
        application = Application.objects.select_related("quote__product_version", "decision").get(no=record.subject_no)
        limit = StaffProfile.objects.filter(user__uuid=actor.id).values_list("underwriting_limit", flat=True).first()
        is_mine = record.assigned_to is not None and str(record.assigned_to.uuid) == actor.id
        return {
            "case": story,
            "people": people_links(story.people, may_reveal=actor.is_one_of({"underwriter"})),
            "cause": record.cause.opened(),
            "rules": record.cause.rules_shown,
            "receipt": receipt_of(application),
            "outcomes": [(outcome.value, MANUAL_LABELS[outcome]) for outcome in DECIDABLE],
            "reason_codes": ReasonCode.choices,
            "is_underwriter": actor.is_one_of({"underwriter"}),
            "is_mine": is_mine and record.state == ReferralState.ASSIGNED,
            "second_needed": needs_second_underwriter(record.sum_insured, limit or Decimal(0)),
            "proposal": proposed_verdict(record) if record.state == ReferralState.PROPOSED else None,
            "no_approval": reason_against(check_second_person, record, actor),
            "now": clock.now(),
        }

    @case_action("underwriter")
    def take(self, request: HttpRequest, record: Referral, *, by: Actor, at: datetime) -> str:
        user = request.user
        assert isinstance(user, User)  # noqa: S101  staff are signed in
        services.take_referral(referral=record, underwriter=user, by=by, at=at)
        return _("The case is with you.")

    @case_action("underwriter")
    def release(self, request: HttpRequest, record: Referral, *, by: Actor, at: datetime) -> str:
        services.release_referral(referral=record, reason=_text(request, "reason", 300), by=by, at=at)
        return _("The case is back in the queue.")

    @case_action("underwriter")
    def decide(self, request: HttpRequest, record: Referral, *, by: Actor, at: datetime) -> str:
        decided = services.decide_referral(referral=record, verdict=verdict_from(request), by=by, at=at)
        if decided.state == ReferralState.PROPOSED:
            return _("Proposed. A second underwriter has to approve it before the customer hears of it.")
        return _("Decided. The customer is told.")

    @case_action("underwriter")
    def approve(self, request: HttpRequest, record: Referral, *, by: Actor, at: datetime) -> str:
        services.approve_proposal(referral=record, by=by, at=at)
        return _("Approved. The customer is told.")

    @case_action("underwriter")
    def send_back(self, request: HttpRequest, record: Referral, *, by: Actor, at: datetime) -> str:
        services.return_proposal(referral=record, reason=_text(request, "reason", 300), by=by, at=at)
        return _("Sent back to the first underwriter.")

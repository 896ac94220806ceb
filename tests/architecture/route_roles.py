"""Who may open which address. One line a route; a route without a line fails the test.

To add a page, add its view name to `PAGES`. To add an admin class, add its model to `ADMIN_MODELS`; a further admin
address (a queue, an export) goes into `PAGES` under its full name. When a customer's page shows one record, add to
`FOREIGN` how to make such a record for somebody else, and it is proved that it answers like one that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from customers.roles import Role
from customers.services import consents, messages
from insureweb.kernel.localized import Localized
from tests.factories import claims as claimed
from tests.factories import customers as made
from tests.factories import documents as printed
from tests.factories import groups, trade_credit
from tests.factories import helpdesk as written
from tests.factories import policies as sold
from tests.factories import rosters as listed

ALL_STAFF = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
# Everybody, signed in or not. What belongs to somebody is guarded by its owner or a secret token.
PUBLIC = "public"
# Whoever is signed in.
SIGNED_IN = "signed in"
# A step of signing in: without the step before, it leads back to the start. Never a failure.
STEP = "step"

Who = str | frozenset[Role]


def only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


READ_PRODUCTS = only(
    Role.UNDERWRITER, Role.CLAIMS_ADJUSTER, Role.CLAIMS_APPROVER, Role.CUSTOMER_SERVICE, Role.PRODUCT_MANAGER,
    Role.ACTUARY, Role.MARKETER, Role.RISK_MANAGER, Role.AUDITOR,
)  # fmt: skip
READ_POLICIES = only(
    Role.UNDERWRITER, Role.CLAIMS_ADJUSTER, Role.CLAIMS_APPROVER, Role.CUSTOMER_SERVICE, Role.ACTUARY,
    Role.RISK_MANAGER, Role.FINANCE, Role.AUDITOR,
)  # fmt: skip
READ_CLAIMS = only(Role.CLAIMS_ADJUSTER, Role.CLAIMS_APPROVER, Role.CUSTOMER_SERVICE, Role.RISK_MANAGER, Role.AUDITOR)
READ_RISKS = only(Role.RISK_MANAGER, Role.AUDITOR)
READ_MONEY = only(Role.FINANCE, Role.RISK_MANAGER, Role.AUDITOR)

PAGES: dict[str, Who] = {
    # Health and machines
    "ops:healthz": PUBLIC,
    "ops:readyz": PUBLIC,
    "gateways:notify": PUBLIC,
    "gateways:sandbox_gateway": PUBLIC,
    "gateways:sandbox_api": PUBLIC,
    "robots": PUBLIC,
    "sitemap": PUBLIC,
    "manifest": PUBLIC,
    # The door
    "account/password/": PUBLIC,
    "account/password/<path:rest>": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_reauthenticate": STEP,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": STEP,
    "account_change_password": PUBLIC,
    "account_set_password": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_request_login_code": PUBLIC,
    "account_confirm_login_code": STEP,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": STEP,
    "mfa_reauthenticate": STEP,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    # Public pages
    "pages:home": PUBLIC,
    "pages:session_nav": PUBLIC,
    "pages:disclosure": PUBLIC,
    "pages:privacy": PUBLIC,
    "pages:accessibility": PUBLIC,
    "pages:gallery": PUBLIC,
    "pages:outbox": PUBLIC,
    "products:catalogue": PUBLIC,
    "products:compare": PUBLIC,
    "products:product": PUBLIC,
    "products:price": PUBLIC,
    "products:rates": PUBLIC,
    "products:wording": PUBLIC,
    "products:wording_file": PUBLIC,
    "products:disclosure": PUBLIC,
    # About oneself
    "my": SIGNED_IN,
    "customers:messages": SIGNED_IN,
    "customers:messages_read": SIGNED_IN,
    "customers:message": SIGNED_IN,
    "customers:profile": SIGNED_IN,
    "customers:profile_language": SIGNED_IN,
    "customers:profile_contact": SIGNED_IN,
    "customers:profile_person": SIGNED_IN,
    "customers:profile_data": SIGNED_IN,
    "customers:consent_withdraw": SIGNED_IN,
    # Buying: a quote belongs to the browser that asked for it
    "policies:needs": PUBLIC,
    "policies:needs_check": PUBLIC,
    "policies:needs_question": PUBLIC,
    "policies:needs_plan": PUBLIC,
    "policies:quote_confirm": PUBLIC,
    "policies:quote_create": PUBLIC,
    "policies:quote": PUBLIC,
    "policies:quote_again": PUBLIC,
    "policies:quotes": PUBLIC,
    "policies:quote_paper": PUBLIC,
    "policies:quote_shared": PUBLIC,
    "policies:household_price": PUBLIC,
    "policies:household": PUBLIC,
    "policies:start": SIGNED_IN,
    "policies:apply": SIGNED_IN,
    "policies:apply_all": SIGNED_IN,
    "policies:accept_terms": SIGNED_IN,
    "policies:ask_for_review": SIGNED_IN,
    "policies:withdraw": SIGNED_IN,
    "policies:order": SIGNED_IN,
    "policies:pay_together": SIGNED_IN,
    "policies:pay": SIGNED_IN,
    "policies:waiting": SIGNED_IN,
    "policies:payment_state": SIGNED_IN,
    "policies:paid": SIGNED_IN,
    "policies:pay_by_code": PUBLIC,
    "policies:policy": SIGNED_IN,
    "policies:members": SIGNED_IN,
    "policies:membership": SIGNED_IN,
    "policies:members_file": SIGNED_IN,
    "policies:certificate": SIGNED_IN,
    "policies:acknowledge": SIGNED_IN,
    "policies:cancel": SIGNED_IN,
    "policies:declare_turnover": SIGNED_IN,
    "policies:report_overdue": SIGNED_IN,
    # Pricing a group from a list of people
    "policies:roster_start": SIGNED_IN,
    "policies:roster_template": PUBLIC,
    "policies:roster": SIGNED_IN,
    "policies:roster_progress": SIGNED_IN,
    "policies:roster_rows": SIGNED_IN,
    "policies:roster_wrong_rows": SIGNED_IN,
    "policies:roster_price": SIGNED_IN,
    "policies:roster_quote": SIGNED_IN,
    "finance:return": PUBLIC,
    "finance:sandbox_cashier": PUBLIC,
    "finance:sandbox_switches": PUBLIC,
    "documents:download": SIGNED_IN,
    "documents:verify": PUBLIC,
    "documents:check": PUBLIC,
    # Claiming
    "claims:list": SIGNED_IN,
    "claims:report": SIGNED_IN,
    "claims:report_member": SIGNED_IN,
    "claims:paper": SIGNED_IN,
    "claims:claim": SIGNED_IN,
    "claims:step": SIGNED_IN,
    "claims:remove_file": SIGNED_IN,
    "claims:documents": SIGNED_IN,
    "claims:account": SIGNED_IN,
    "claims:review": SIGNED_IN,
    "claims:withdraw": SIGNED_IN,
    # Talking to a person: a conversation belongs to its account or to the secret of its link
    "helpdesk:contact": PUBLIC,
    "helpdesk:write": PUBLIC,
    "helpdesk:ticket": PUBLIC,
    # Partners: every request is signed, and anything else is told to be unsigned
    "api:docs": PUBLIC,
    "api:handover": PUBLIC,
    "api:partner-v1:api-root": PUBLIC,
    "api:partner-v1:openapi-json": PUBLIC,
    "api:partner-v1:list_products": PUBLIC,
    "api:partner-v1:read_product": PUBLIC,
    "api:partner-v1:price_product": PUBLIC,
    "api:partner-v1:create_quote": PUBLIC,
    "api:partner-v1:report_return": PUBLIC,
    "api:partner-v1:read_quote": PUBLIC,
    "api:partner-v1:read_policy": PUBLIC,
    # The back office apart from its models
    "admin:index": ALL_STAFF,
    "admin:login": STEP,
    "admin:logout": STEP,
    "admin:password_change": ALL_STAFF,
    "admin:password_change_done": ALL_STAFF,
    "admin:autocomplete": NOBODY,
    "admin:jsi18n": ALL_STAFF,
    "admin:view_on_site": ALL_STAFF,
    "admin:app_list": ALL_STAFF,
    "admin:search": ALL_STAFF,
    "admin:claims_claim_queue": READ_CLAIMS,
    "admin:claims_claim_report": only(Role.CUSTOMER_SERVICE),
    "admin:claims_claim_report_member": only(Role.CUSTOMER_SERVICE),
    "admin:claims_claim_evidence": READ_CLAIMS,
    # A version of a product, page by page
    **{
        f"admin:products_productversion_{page}": READ_PRODUCTS
        for page in (
            "edit",
            "part",
            "item",
            "new_item",
            "dump",
            "rate_table",
            "table_file",
            "profit",
            "competitors",
            "calculator",
            "tests",
            "compare",
            "preview",
            "preview_shop",
            "preview_shop_part",
            "preview_application",
            "preview_step",
        )
    },
    # Runs of a version over past business
    **{
        f"admin:products_productversion_{kind}{page}": READ_PRODUCTS
        for kind in ("what_if", "underwriting_back_test", "claims_back_test")
        for page in ("", "_run", "_progress", "_file")
    },
}


@dataclass(frozen=True)
class Rights:
    """Who sees a model in the back office, who may open its “add” page. Nobody deletes."""

    view: frozenset[Role]
    add: frozenset[Role] = NOBODY


ADMIN_MODELS: dict[str, Rights] = {
    "customers_user": Rights(only(Role.CUSTOMER_SERVICE, Role.AUDITOR, Role.SECURITY_ADMIN)),
    "customers_party": Rights(
        only(Role.UNDERWRITER, Role.CLAIMS_ADJUSTER, Role.CLAIMS_APPROVER, Role.CUSTOMER_SERVICE, Role.AUDITOR)
    ),
    "customers_staffprofile": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN), add=only(Role.SECURITY_ADMIN)),
    "customers_unit": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN), add=only(Role.SECURITY_ADMIN)),
    "customers_team": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN), add=only(Role.SECURITY_ADMIN)),
    "customers_message": Rights(only(Role.CUSTOMER_SERVICE, Role.SYSTEM_ADMIN, Role.AUDITOR)),
    "customers_consent": Rights(
        only(Role.UNDERWRITER, Role.CLAIMS_ADJUSTER, Role.CUSTOMER_SERVICE, Role.AUDITOR, Role.SECURITY_ADMIN)
    ),
    "customers_privacyrequest": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN)),
    "customers_loginfailure": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN)),
    "audit_change": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN)),
    "audit_accesslog": Rights(only(Role.AUDITOR, Role.SECURITY_ADMIN)),
    "kernel_delivery": Rights(only(Role.AUDITOR, Role.SYSTEM_ADMIN)),
    "django_celery_beat_periodictask": Rights(only(Role.SYSTEM_ADMIN)),
    "products_insurer": Rights(READ_PRODUCTS, add=only(Role.PRODUCT_MANAGER)),
    "products_branch": Rights(READ_PRODUCTS, add=only(Role.PRODUCT_MANAGER)),
    "products_category": Rights(READ_PRODUCTS, add=only(Role.PRODUCT_MANAGER)),
    "products_product": Rights(READ_PRODUCTS, add=only(Role.PRODUCT_MANAGER)),
    "products_productversion": Rights(READ_PRODUCTS),
    "products_saleswitch": Rights(READ_PRODUCTS),
    "products_mortalitytable": Rights(READ_PRODUCTS),
    "policies_quote": Rights(READ_POLICIES),
    "policies_application": Rights(READ_POLICIES),
    "policies_referral": Rights(READ_POLICIES),
    "policies_underwritingdecision": Rights(READ_POLICIES),
    "policies_order": Rights(READ_POLICIES),
    "policies_quarternotice": Rights(READ_POLICIES),
    "policies_policy": Rights(READ_POLICIES),
    "policies_policychange": Rights(READ_POLICIES),
    "policies_saletraceentry": Rights(READ_POLICIES),
    "claims_claim": Rights(READ_CLAIMS),
    "documents_document": Rights(
        only(
            Role.UNDERWRITER,
            Role.CLAIMS_ADJUSTER,
            Role.CLAIMS_APPROVER,
            Role.CUSTOMER_SERVICE,
            Role.PRODUCT_MANAGER,
            Role.FINANCE,
            Role.AUDITOR,
        )
    ),
    "risk_alert": Rights(READ_RISKS),
    "risk_indicatorreading": Rights(READ_RISKS),
    "risk_riskentry": Rights(READ_RISKS, add=only(Role.RISK_MANAGER)),
    "risk_salepause": Rights(READ_RISKS, add=only(Role.RISK_MANAGER)),
    "helpdesk_ticket": Rights(only(Role.CUSTOMER_SERVICE, Role.AUDITOR)),
    "finance_payment": Rights(READ_MONEY),
    "finance_refund": Rights(READ_MONEY),
    "finance_payout": Rights(READ_MONEY | {Role.CLAIMS_APPROVER}),
    "finance_gatewaynotification": Rights(READ_MONEY),
    "finance_ledgeraccount": Rights(READ_MONEY),
    "finance_ledgertransaction": Rights(READ_MONEY),
}


# Routes that look for the record first: who may not see it gets the same 404 as for a missing one.
HIDE_FIRST = {"admin:claims_claim_evidence"}


# --- Records of somebody else ----------------------------------------------------------------------------------------


def _message_of() -> dict[str, Any]:
    words = Localized(zh_hans="字", en="words")
    (sent,) = messages.send_message(
        user=made.customer(), kind="test", title=words, body=words, channels=["inbox"], by=made.SYSTEM, at=made.AT
    )
    return {"uuid": sent.uuid}


def _consent_of() -> dict[str, Any]:
    item = consents.ConsentItem("privacy", "1", "0" * 64, "en")
    (given,) = consents.record_consents(user=made.customer(), items=[item], by=made.SYSTEM, at=made.AT)
    return {"uuid": given.uuid}


def _quote_of() -> dict[str, Any]:
    return {"quote_no": sold.quote().no}


def _needs_of() -> dict[str, Any]:
    return {"uuid": sold.needs_check().uuid}


def _needs_question_of() -> dict[str, Any]:
    return {"uuid": sold.needs_check().uuid, "key": "budget"}


def _application_of() -> dict[str, Any]:
    return {"application_no": sold.application().no}


def _roster_of() -> dict[str, Any]:
    return {"uuid": listed.roster(read=False).uuid}


def _wrong_rows_of() -> dict[str, Any]:
    return {**_roster_of(), "kind": "csv"}


def _order_of() -> dict[str, Any]:
    return {"order_no": sold.order().no}


def _policy_of() -> dict[str, Any]:
    return {"policy_no": sold.policy().no}


def _group_policy_of() -> dict[str, Any]:
    return {"policy_no": groups.policy().no}


def _member_of() -> dict[str, Any]:
    return {"member": groups.policy().members.order_by("position")[0].uuid}


def _members_file_of() -> dict[str, Any]:
    return {**_group_policy_of(), "kind": "csv"}


def _credit_policy_of() -> dict[str, Any]:
    return {"policy_no": trade_credit.policy().no}


def _quarter_of() -> dict[str, Any]:
    return {**_credit_policy_of(), "quarter": 1}


def _claim_of() -> dict[str, Any]:
    return {"claim_no": claimed.submitted().no}


def _paper_of() -> dict[str, Any]:
    claim = claimed.submitted()
    return {"claim_no": claim.no, "uuid": claim.evidence.all()[0].file}


def _ticket_of() -> dict[str, Any]:
    return {"number": written.ticket(user=made.customer()).no}


def _document_of() -> dict[str, Any]:
    return {"uuid": printed.document().uuid}


# View name -> makes a record of somebody and gives the arguments of its address.
FOREIGN: Mapping[str, Callable[[], dict[str, Any]]] = {
    "customers:message": _message_of,
    "customers:consent_withdraw": _consent_of,
    "policies:needs_check": _needs_of,
    "policies:needs_plan": _needs_of,
    "policies:needs_question": _needs_question_of,
    "policies:quote": _quote_of,
    "policies:quote_again": _quote_of,
    "policies:quote_paper": _quote_of,
    "policies:start": _quote_of,
    "policies:roster": _roster_of,
    "policies:roster_progress": _roster_of,
    "policies:roster_rows": _roster_of,
    "policies:roster_wrong_rows": _wrong_rows_of,
    "policies:roster_price": _roster_of,
    "policies:roster_quote": _roster_of,
    "policies:apply": _application_of,
    "policies:apply_all": _application_of,
    "policies:accept_terms": _application_of,
    "policies:ask_for_review": _application_of,
    "policies:withdraw": _application_of,
    "policies:order": _application_of,
    "policies:pay": _order_of,
    "policies:waiting": _order_of,
    "policies:payment_state": _order_of,
    "policies:paid": _order_of,
    "policies:policy": _policy_of,
    "policies:members": _group_policy_of,
    "policies:membership": _member_of,
    "policies:members_file": _members_file_of,
    "policies:certificate": _member_of,
    "policies:acknowledge": _policy_of,
    "policies:cancel": _policy_of,
    "policies:declare_turnover": _quarter_of,
    "policies:report_overdue": _credit_policy_of,
    "claims:claim": _claim_of,
    "claims:report_member": _member_of,
    "claims:paper": _paper_of,
    "claims:documents": _claim_of,
    "claims:account": _claim_of,
    "claims:review": _claim_of,
    "claims:withdraw": _claim_of,
    "helpdesk:ticket": _ticket_of,
    "documents:download": _document_of,
}

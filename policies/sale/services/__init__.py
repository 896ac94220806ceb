from policies.sale.services.answers import accept_new_price, save_answers
from policies.sale.services.applications import (
    expire_application,
    start_application,
    withdraw_application,
)
from policies.sale.services.deciding import ask_for_review, settle_referral
from policies.sale.services.issuing import issue_order
from policies.sale.services.orders import create_joint_order, create_order, expire_order, pay_order
from policies.sale.services.submission import accept_terms, apply_in_full, submit_application
from policies.sale.services.tracing import record_page

__all__ = [
    "accept_new_price",
    "accept_terms",
    "apply_in_full",
    "ask_for_review",
    "create_joint_order",
    "create_order",
    "expire_application",
    "expire_order",
    "issue_order",
    "pay_order",
    "record_page",
    "save_answers",
    "settle_referral",
    "start_application",
    "submit_application",
    "withdraw_application",
]

"""The house's records in the words of the API."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from claims.models import Claim
from insureweb.api.models import PartnerQuote
from insureweb.api.selectors import policy_from
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.rules.household import facts_of_one
from products.compiled import CompiledProduct
from products.rules.definition import Input
from products.rules.facts import facts_as_text
from products.selectors import Offered

HANDOVER_SALT = "api.handover"


def money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currency": currency}


def product_out(item: Offered) -> dict[str, Any]:
    definition = item.definition
    return {
        "code": item.code,
        "name": definition.name.as_dict(),
        "insurer": item.insurer.name.as_dict(),
        "category": definition.category,
        "version": item.product.content_hash,
        "from_price": money(item.from_price, item.product.rating.plan.currency),
    }


def product_detail(item: Offered) -> dict[str, Any]:
    definition = item.definition
    return product_out(item) | {
        "facts": [_fact(asked) for asked in definition.asked_inputs],
        "plans": [{"key": plan.key, "name": plan.name.as_dict()} for plan in definition.plans],
    }


def _fact(asked: Input) -> dict[str, Any]:
    example = {} if asked.example is None else facts_as_text({asked.key: asked.example})
    return {
        "key": asked.key,
        "type": asked.type,
        "label": asked.label.as_dict(),
        "options": [{"value": option.text, "label": option.label.as_dict()} for option in asked.options],
        "example": example.get(asked.key, ""),
    }


def price_out(code: str, plan: str, breakdown: dict[str, Any], total: Decimal, price_hash: str) -> dict[str, Any]:
    currency = breakdown["currency"]
    return {
        "product": code,
        "plan": plan,
        "total": money(total, currency),
        "lines": [
            {"name": line["name"], "amount": money(Decimal(line["rounded"]), currency), "how": line["words"]}
            for line in breakdown["coverages"]
        ],
        "price_hash": price_hash,
    }


def priced(product: CompiledProduct, raw: dict[str, Any], plan: str) -> dict[str, Any]:
    """A price without keeping it. Raises `FactsInvalid`, `NotPriceable`."""
    breakdown = product.price(product.read_facts(facts_of_one(product.definition, raw), plan))
    return price_out(product.definition.code, plan, breakdown.as_json(), breakdown.total, breakdown.hash)


def quote_out(ours: PartnerQuote, at: datetime) -> dict[str, Any]:
    quote: Quote = ours.quote
    policy = policy_from(ours)
    state = "bought" if policy else "held" if at < quote.expires_at else "expired"
    code = quote.product_version.product.code
    priced_as = price_out(code, quote.plan, quote.breakdown, quote.total, quote.breakdown_hash)
    return priced_as | {
        "number": quote.no,
        "sandbox": ours.is_sandbox,
        "state": state,
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
        "policy": policy.no if policy else None,
        "buy_url": handover_url(ours) if state == "held" and not ours.is_sandbox else None,
    }


def handover_url(ours: PartnerQuote) -> str:
    """Where the customer takes the quote over; signed, without personal data."""
    ticket = signing.dumps(str(ours.uuid), salt=HANDOVER_SALT)
    return settings.PUBLIC_URL.rstrip("/") + reverse("api:handover", args=[ticket])


def claim_out(claim: Claim) -> dict[str, Any]:
    return {
        "number": claim.no,
        "policy": claim.policy.no,
        "state": claim.state,
        "approved": money(claim.amount_approved, claim.currency),
        "paid": money(claim.amount_paid, claim.currency),
    }


def policy_out(policy: Policy) -> dict[str, Any]:
    return {
        "number": policy.no,
        "quote": policy.quote.no,
        "product": policy.product_version.product.code,
        "insurer": policy.insurer.name.as_dict(),
        "state": policy.state,
        "premium": money(policy.premium, policy.currency),
        "first_day": policy.span.first_day,
        "last_day": policy.span.last_day,
        "issued_at": policy.issued_at,
    }

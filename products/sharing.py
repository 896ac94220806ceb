"""The address of a price: the calculator's facts in the query, so that anybody who opens it sees the same price.

Only inputs of the tariff stand in it (an age, a sum, a class). Names, numbers of papers, plates and addresses are
questions of the application and never inputs; types that could carry such a thing are left out all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from products.calculator import PLAN, Calculation
from products.compiled import CompiledProduct
from products.rules.definition import FactValue
from products.rules.facts import facts_as_text

SHAREABLE_TYPES = frozenset({"integer", "decimal", "money", "choice", "boolean"})


def shareable_facts(product: CompiledProduct, facts: Mapping[str, FactValue]) -> dict[str, str]:
    """What was asked and says nothing about who somebody is, as text."""
    asked = product.definition.asked_inputs
    return facts_as_text({one.key: facts[one.key] for one in asked if one.key in facts and one.type in SHAREABLE_TYPES})


def price_query(calculation: Calculation) -> str:
    """The query that brings the calculator back to these facts; empty while there is no price."""
    if not calculation.breakdown:
        return ""
    plan = {PLAN: calculation.plan} if len(calculation.plans) > 1 else {}
    return urlencode({**plan, **shareable_facts(calculation.product, calculation.facts)})


def price_address(calculation: Calculation) -> str:
    """The whole address of a price, for a message to somebody else; empty while there is no price."""
    query = price_query(calculation)
    path = reverse("products:product", args=[calculation.product.definition.code])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}?{query}" if query else ""

"""What is at stake in an application."""

from decimal import Decimal

from policies.offers.selectors import product_of
from policies.sale.models import Application
from products.rules.platform_facts import GROUP_SIZE


def sum_at_risk(application: Application) -> Decimal:
    """The largest sum one event can cost: the sum of what ends the contract, else the highest limit, else zero.

    Of a group everybody may be hit by the same event.
    """
    product = product_of(application.quote)
    facts = product.read_facts(application.quote.facts, application.quote.plan)
    terms = product.coverage_terms(facts)
    ending = [term.limit for term in terms if term.limit and term.ends_contract]
    if ending:
        return sum(ending, Decimal(0))
    people = int(str(facts.get(GROUP_SIZE, 1)))
    return people * max((term.limit for term in terms if term.limit), default=Decimal(0))

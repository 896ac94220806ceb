"""A quote on paper: the price line by line, what is covered and what is not, until when it stands. Never a policy."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from insureweb.documents.rendering import Frame, all_words, in_language, render
from insureweb.documents.rules.shapes import check_shape
from insureweb.kernel.localized import LANGUAGES, Localized
from policies.offers.models import Quote
from policies.offers.selectors import product_of, receipt_lines
from policies.offers.sharing import share_address, shown_facts
from policies.words import in_both_languages, money_in
from products.paying import PayPlan, pay_plan

TEMPLATE = "quote.typ"


def quote_pdf(quote: Quote, language: str) -> bytes:
    """The paper in one language. Not signed: it binds nobody, and its link shows whether it is true."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    data = quote_data(quote)
    check_shape(TEMPLATE, data)
    with override(language):
        address = share_address(quote)
    frame = Frame(
        brand=settings.BRAND["name"][language],
        phone=settings.BRAND["phone"],
        number=quote.no,
        title=str(all_words()[language]["quote"]),
        code=quote.check_code,
        address=address,
        issued_at=quote.created_at,
    )
    return render(TEMPLATE, in_language(TEMPLATE, data, language), language, frame)


def quote_data(quote: Quote) -> dict[str, Any]:
    """What the paper says, in both languages."""
    product = product_of(quote)
    definition = product.definition
    paid = pay_plan(product.terms, product.read_facts(quote.facts, quote.plan), quote.total)
    plan = definition.plans_by_key.get(quote.plan) if len(definition.plans) > 1 else None
    return {
        "number": quote.no,
        "product": definition.name,
        "plan": plan.name if plan else "",
        "kind": definition.kind,
        "insurer": quote.product_version.product.insurer.name,
        "filing_number": definition.filing.number if definition.filing else "",
        "version": definition.version,
        "facts": [{"name": fact.label, "value": fact.value} for fact in shown_facts(quote)],
        "lines": [
            {"name": line.label, "amount": line.amount, "how": line.how} for line in receipt_lines(quote.breakdown)
        ],
        "total": quote.premium,
        "payment": _payment(paid, quote),
        "covered": [statement.text for statement in definition.covered],
        "exclusions": [statement.text for statement in definition.not_covered],
        "waiting_period": _days(definition.terms.waiting_days),
        "cooling_off": _days(definition.terms.cooling_off_days),
        "renewal": definition.terms.renewal_text,
        "made_at": quote.created_at,
        "held_through": quote.held_through,
    }


def _days(days: int) -> Localized:
    if not days:
        return in_both_languages(_("none"))
    return in_both_languages(_("%(count)s days"), count=days)


def _payment(paid: PayPlan, quote: Quote) -> Localized:
    if paid.instalments == 1:
        return in_both_languages(_("One premium"))
    words = _("One premium a year for %(years)s years, %(sum)s in all")
    return in_both_languages(words, years=paid.instalments, sum=money_in(quote.premium * paid.instalments))

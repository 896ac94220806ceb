"""Making the contract. Called by the sale, inside the transaction in which the money arrived."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from customers.models import Party, User
from insureweb.finance.services.postings import post_premium_recognised, post_tax_collected
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from policies.contract.models import Beneficiary, Policy, PolicyVersion
from policies.contract.ports import check_binding
from policies.contract.rules.period import contract_period, first_day_of_cover
from policies.contract.rules.terms import terms_snapshot
from policies.contract.services.members import record_members
from policies.events import PolicyIssued
from policies.offers.models import Quote
from policies.offers.rosters.rules.columns import is_group
from products.compiled import CompiledProduct, compiled
from products.models import ProductVersion
from products.rules.regions import ALL_REGIONS
from products.selectors import sold_in
from products.services.quotas import count_sale


@dataclass(frozen=True, slots=True)
class Named:
    """A person named to receive the death benefit."""

    party_id: int
    relationship: str
    share_percent: Decimal


@use_case
def issue_policy(
    *,
    quote: Quote,
    user: User,
    holder: Party,
    insured: Party,
    relationship: str,
    premium: Money,
    region: str = ALL_REGIONS,
    special_terms: Sequence[Localized] = (),
    beneficiaries: Sequence[Named] = (),
    application_no: str,
    order_no: str,
    payment_no: str,
    renews: Policy | None = None,
    by: Actor,
    at: datetime,
) -> Policy:
    """Make the contract of a paid quote: policy, first version, its people, written premium, event.

    `premium` is all that was paid; a tax in it is booked apart and is no part of the policy's premium.

    Raises:
        Refused: a binding check says no, or a group's roster is no longer the one that was priced.
        IntegrityError: this quote has its policy already (`policy.quote` is unique).
    """
    version = quote.product_version
    insurer, product = version.product.insurer, compiled(version)
    facts = product.read_facts(quote.facts, quote.plan)
    terms = terms_snapshot(product, facts, quote.plan)
    _check_may_bind(version, insured, terms, region, at)
    tax = collected_tax(product, quote)
    premium -= tax
    span = contract_period(first_day_of_cover(at), product.terms, facts)
    policy = Policy.objects.create(
        no=allocate("policy", insurer=insurer.code, at=at),
        insurer=insurer,
        product_version=version,
        quote=quote,
        application_no=application_no,
        order_no=order_no,
        payment_no=payment_no,
        user=user,
        holder=holder,
        insured=insured,
        relationship=relationship,
        renews=renews,
        period=DateTimeTZRange(span.start, span.end),
        premium=premium.amount,
        currency=premium.currency,
        issued_at=at,
    )
    _write_first_version(policy, terms, special_terms, at)
    _record_people(policy, product, beneficiaries)
    post_premium_recognised(insurer_code=insurer.code, amount=premium, policy_no=policy.no, by=by, at=at)
    if tax.amount:
        post_tax_collected(insurer_code=insurer.code, amount=tax, policy_no=policy.no, by=by, at=at)
    publish(_issued(policy, insurer_code=insurer.code, product_code=version.product.code), at=at)
    return policy


def collected_tax(product: CompiledProduct, quote: Quote) -> Money:
    """The tax within the quote's total; the breakdown is read for the few products that collect one."""
    return quote.tax if product.rating.collects_tax else Money.zero(quote.currency)


def _check_may_bind(version: ProductVersion, insured: Party, terms: dict, region: str, at: datetime) -> None:
    """Raises `Refused`: not in this region, nothing left of the quota, or an app above says no."""
    product = version.product
    check_binding(
        insurer_code=product.insurer.code, product_code=product.code, insured=insured, terms=terms, region=region, at=at
    )
    if not sold_in(version, region, at):
        raise Refused("not_sold_here", _("This product may not be sold where the policyholder lives."))
    count_sale(version)


def _issued(policy: Policy, *, insurer_code: str, product_code: str) -> PolicyIssued:
    return PolicyIssued(
        policy_no=policy.no,
        application_no=policy.application_no,
        order_no=policy.order_no,
        quote_no=policy.quote.no,
        insurer_code=insurer_code,
        product_code=product_code,
        premium=policy.premium,
        currency=policy.currency,
        starts_at=policy.period.lower,
        ends_at=policy.period.upper,
    )


def _write_first_version(policy: Policy, terms: dict, special_terms: Sequence[Localized], at: datetime) -> None:
    extra = [words.as_dict() for words in special_terms]
    PolicyVersion.objects.create(
        policy=policy,
        number=1,
        effective=policy.period,
        recorded=DateTimeTZRange(at, None),
        terms=terms,
        special_terms=json.dumps(extra, ensure_ascii=False) if extra else None,
        reason="issued",
    )


def _record_people(policy: Policy, product: CompiledProduct, beneficiaries: Sequence[Named]) -> None:
    """Of a group its members, for whom nobody is named by the employer (art. 39); otherwise who was named."""
    if is_group(product.definition):
        record_members(policy)
    elif beneficiaries:
        _name_beneficiaries(policy, beneficiaries)


def _name_beneficiaries(policy: Policy, named: Sequence[Named]) -> None:
    Beneficiary.objects.bulk_create(
        [
            Beneficiary(
                policy=policy,
                party_id=person.party_id,
                relationship=person.relationship,
                rank=1,
                share_percent=person.share_percent,
            )
            for person in named
        ]
    )

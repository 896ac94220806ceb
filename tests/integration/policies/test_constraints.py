"""Every named constraint of the tables, violated; and what the triggers refuse."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from customers.actors import actor_of
from insureweb.kernel import clock
from policies.contract.models import Beneficiary, Policy, PolicyChange, PolicyVersion
from policies.contract.services import cancel_in_cooling_off
from policies.offers.models import Quote, QuoteClaim
from policies.offers.services import claim_quote
from policies.renewal.services import send_renewal_notice
from policies.sale.models import Application, Order, OrderItem, SaleTraceEntry
from policies.sale.services.tracing import SaleSubject, record_page
from policies.underwriting.models import Referral, UnderwritingDecision
from policies.underwriting.services import take_referral
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@contextmanager
def violating(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    assert name in str(refused.value)


def copied(record, **changes):
    """The same row again with other values; append-only tables are tried this way."""
    model = type(record)
    values = {field.attname: getattr(record, field.attname) for field in model._meta.concrete_fields}
    values.pop("id")
    fresh = {"uuid": uuid4()} if "uuid" in values else {}
    for field in model._meta.concrete_fields:
        if field.attname in changes or field.attname not in values:
            continue
        if type(field).__name__ == "SealedField" and values[field.attname] is not None:
            fresh[field.attname] = values[field.attname].open()
    return model(**(values | fresh | changes)).save(force_insert=True)


def changed(record, **changes):
    type(record).objects.filter(pk=record.pk).update(**changes)


def bad_hash():
    return "x" * 64


@pytest.fixture
def quote():
    return made.quote(made.buyer())


@pytest.fixture
def policy():
    return made.policy()


QUOTES = {
    "quote_total_not_negative": {"total": Decimal(-1)},
    "quote_expires_after_it_is_made": {"expires_at": clock.now() - timedelta(days=400)},
    "quote_breakdown_hash_is_sha256": {"breakdown_hash": bad_hash()},
    "quote_owner_token_is_hashed": {"owner_token_hash": bad_hash()},
    "quote_household_is_whole": {"household": uuid4(), "household_relationship": "self"},
}


@pytest.mark.parametrize("name", QUOTES)
def test_quotes(name, quote):
    with violating(name):
        copied(quote, no="BJ1", **QUOTES[name])


DECISIONS = {
    "underwriting_decision_outcome_is_known": {"outcome": "perhaps"},
    "underwriting_decision_loads_only_when_it_says_so": {"loading_percent": Decimal(10)},
    "underwriting_decision_is_by_a_table_or_a_person": {"table_hash": ""},
    "underwriting_decision_has_two_pairs_of_eyes": {"decided_by_id": "a", "approved_by_id": "a"},
}


@pytest.mark.parametrize("name", DECISIONS)
def test_decisions(name):
    decision = made.submitted().decision
    with violating(name):
        copied(decision, **DECISIONS[name])


@pytest.fixture
def referral():
    return Referral.objects.get(subject_no=made.referred().no)


REFERRALS = {
    "referral_sum_insured_not_negative": {"sum_insured": Decimal(-1)},
    "referral_deadline_comes_after_opening": {"deadline_at": clock.now() - timedelta(days=400)},
    "referral_worked_on_has_an_underwriter": {"state": "assigned"},
}


@pytest.mark.parametrize("name", REFERRALS)
def test_referrals(name, referral):
    with violating(name):
        changed(referral, **REFERRALS[name])


def test_referral_waiting_for_second_has_a_proposal(referral):
    underwriter = made.underwriter()
    take_referral(referral=referral, underwriter=underwriter, by=actor_of(underwriter), at=clock.now())
    with violating("referral_waiting_for_second_has_a_proposal"):
        changed(referral, state="awaiting_second")
    with violating("referral_decided_exactly_with_a_decision"):
        changed(referral, state="decided")


def test_referral_one_live_for_a_subject(referral):
    with violating("referral_one_live_for_a_subject"):
        copied(referral)


POLICIES = {
    "policy_premium_not_negative": {"premium": Decimal(-1)},
    "policy_period_has_both_ends": {"period": DateTimeTZRange(clock.now(), None)},
    "policy_cooling_off_runs_from_receipt": {"cooling_off_until": clock.now()},
    "policy_over_exactly_when_it_ended": {"ended_at": clock.now()},
}


@pytest.mark.parametrize("name", POLICIES)
def test_policies(name, policy):
    with violating(name):
        changed(policy, **POLICIES[name])


def version_of(policy):
    return PolicyVersion.objects.get(policy=policy)


VERSIONS = {
    "policy_version_number_is_used_once": {},
    "policy_version_counts_from_one": {"number": 0},
    "policy_version_effective_has_both_ends": {"number": 2, "effective": DateTimeTZRange(clock.now(), None)},
    "policy_version_recorded_has_a_start": {"number": 2, "recorded": DateTimeTZRange(None, clock.now())},
    "policy_version_one_truth_at_a_time": {"number": 2},
}


@pytest.mark.parametrize("name", VERSIONS)
def test_versions(name, policy):
    with violating(name):
        copied(version_of(policy), **VERSIONS[name])


def test_what_was_sold_stays_for_life(policy):
    for change in (
        {"product_version_id": policy.product_version_id + 1},
        {"quote_id": policy.quote_id + 1},
        {"insurer_id": policy.insurer_id + 1},
        {"no": "BDL0"},
        {"application_no": "A0"},
        {"order_no": "D0"},
    ):
        with violating("keeps what was sold"):
            changed(policy, **change)
    changed(policy, no=policy.no, quote_id=policy.quote_id)


def test_a_version_may_only_be_closed_once(policy):
    version, now = version_of(policy), clock.now()
    for refused in ({"terms": {}}, {"number": 3}, {"recorded": DateTimeTZRange(now - HOUR, now)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            changed(version, **refused)
    closed = DateTimeTZRange(version.recorded.lower, version.recorded.lower + HOUR)
    changed(version, recorded=closed)
    copied(version, number=2, recorded=DateTimeTZRange(closed.upper, None))
    with pytest.raises(DatabaseError), transaction.atomic():
        changed(version, recorded=DateTimeTZRange(closed.lower, closed.upper + HOUR))
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).delete()


def test_beneficiaries(policy):
    person = customers.person(policy.user, is_self=False)
    named = {"policy": policy, "party": person, "relationship": "spouse"}
    with violating("beneficiary_share_is_a_share"):
        Beneficiary.objects.create(**named, share_percent=Decimal(101))
    Beneficiary.objects.create(**named, share_percent=Decimal(50))
    with violating("beneficiary_is_named_once"):
        Beneficiary.objects.create(**named, share_percent=Decimal(50))


def test_policy_changes(policy):
    change = cancel_in_cooling_off(policy=policy, by=actor_of(policy.user), at=clock.now())
    with violating("policy_change_applied_has_its_instant"):
        changed(change, applied_at=None)
    fresh = {"state": "priced", "applied_at": None}
    copied(change, no="PG1", **fresh)
    with violating("policy_change_one_open_at_a_time"):
        copied(change, no="PG2", **fresh)


APPLICATIONS = {
    "application_premium_not_negative": {"premium": Decimal(-1)},
    "application_loading_percent_not_negative": {"loading_percent": Decimal(-1)},
    "application_expires_after_it_begins": {"expires_at": clock.now() - timedelta(days=400)},
    "application_submitted_is_complete": {"state": "accepted"},
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications(name):
    application = made.application()
    with violating(name):
        changed(application, **APPLICATIONS[name])


def test_application_one_live_for_a_quote():
    application = made.application()
    with violating("application_one_live_for_a_quote"):
        copied(application, no="TB1")


def test_application_loading_needs_the_customers_yes():
    application = made.submitted()
    with violating("application_loading_needs_the_customers_yes"):
        changed(application, loading_percent=Decimal(25))


ORDERS = {
    "order_amount_is_positive": {"amount": Decimal(0)},
    "order_expires_after_it_is_made": {"expires_at": clock.now() - timedelta(days=400)},
    "order_paid_names_its_payment": {"state": "issued", "issued_at": clock.now()},
    "order_issued_has_its_instant": {"state": "issued", "paid_at": clock.now(), "payment_no": "ZF1"},
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders(name):
    order = made.order()
    with violating(name):
        changed(order, **ORDERS[name])


ITEMS = {
    "order_item_amount_is_positive": {"amount": Decimal(0)},
    "order_item_gives_back_no_more_than_it_took": {"returned": Decimal("174.26")},
}


@pytest.mark.parametrize("name", ITEMS)
def test_order_items(name):
    order = made.order()
    (item,) = order.items.all()
    if "amount" in ITEMS[name]:
        with violating(name):
            OrderItem.objects.create(order=order, application=made.application(), insurer_code="x", **ITEMS[name])
    else:
        with violating(name):
            changed(item, **ITEMS[name])


def test_order_item_one_live_for_an_application():
    order, other = made.order(), made.order()
    with violating("order_item_one_live_for_an_application"):
        copied(order.items.get(), order_id=other.pk)


def test_an_item_lives_and_dies_with_its_order():
    order = made.order()
    changed(order.items.get(), is_live=False)
    assert order.items.get().is_live
    changed(order, state="cancelled")
    assert not order.items.get().is_live
    changed(order.items.get(), is_live=True)
    assert not order.items.get().is_live


@pytest.mark.parametrize("change", [{"amount": Decimal(1)}, {"insurer_code": "x"}])
def test_an_item_is_never_rewritten_or_removed(change):
    item = made.order().items.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        changed(item, **change)
    with pytest.raises(DatabaseError), transaction.atomic():
        item.delete()


def test_the_items_of_an_order_sum_to_its_amount():
    order = made.order()
    dear = {"insurer_code": "x", "amount": Decimal("0.01")}
    for spoil in (
        lambda: copied(order, no="DD2"),
        lambda: OrderItem.objects.create(order=order, application=made.application(), **dear),
        lambda: changed(order, amount=Decimal("174.26")),
    ):
        with pytest.raises(IntegrityError, match="do not sum"), transaction.atomic():
            at_commit(spoil)


def at_commit(write):
    """What deferred triggers say about it when the transaction ends."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def page(**changes):
    fields = {
        "subject": SaleSubject(quote_no="BJ1"), "route": "quote", "action": "shown", "status": 200,
        "body_hash": "0" * 64, "language": "en", "user_id": None, "request_id": "", "at": clock.now(),
    }  # fmt: skip
    return record_page(**(fields | changes))


def test_traces():
    with violating("sale_trace_hash_is_sha256"):
        page(body_hash=bad_hash())
    with violating("sale_trace_belongs_to_a_sale"):
        page(subject=SaleSubject())


def test_one_quote_one_policy_one_claim_one_notice(policy):
    with violating("quote_id"):
        copied(policy, no="BDL1")
    visitors = made.quote()
    claim_quote(quote=visitors, user=policy.user, by=actor_of(policy.user), at=clock.now())
    with violating("quote_id"):
        QuoteClaim.objects.create(quote=visitors, user=policy.user, at=clock.now())
    notice = send_renewal_notice(policy=policy, by=made.SYSTEM, at=clock.now())
    with violating("policy_id"):
        copied(notice)


def test_append_only_tables_refuse_change_and_removal():
    application = made.submitted()
    entry = page()
    for record in (application.quote, application.decision, entry):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(record).objects.filter(pk=record.pk).delete()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{record._meta.db_table}" SET id = id WHERE id = %s', [record.pk])


@pytest.mark.parametrize(
    ("make", "state"),
    [(made.application, "issued"), (made.order, "refunded"), (made.policy, "lapsed"), (made.application, "nonsense")],
)
def test_the_database_refuses_moves_the_table_does_not_have(make, state):
    record = make()
    if (record.state, state) == ("in_force", "lapsed"):
        changed(record, state=state)
        state = "cancelled"
    with pytest.raises(IntegrityError), transaction.atomic():
        changed(record, state=state)


@pytest.mark.parametrize("model", [Application, Order, Policy], ids=lambda model: model.__name__)
def test_the_database_refuses_wrong_first_states(model):
    record = {Application: made.application, Order: made.order, Policy: made.policy}[model]()
    with pytest.raises(IntegrityError), transaction.atomic():
        copied(record, no="X1", state="expired", quote_id=made.quote().pk) if model is not Order else copied(
            record, no="X1", state="expired"
        )


def test_every_named_constraint_is_violated_somewhere():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    models = [Quote, QuoteClaim, UnderwritingDecision, Referral, Policy, PolicyVersion, Beneficiary, PolicyChange]
    models += [Application, Order, OrderItem, SaleTraceEntry]
    assert set(apps.get_app_config("policies").get_models()) >= set(models)
    missing = [
        constraint.name
        for model in apps.get_app_config("policies").get_models()
        for constraint in model._meta.constraints
        if constraint.name not in source
    ]
    assert missing == []

"""A seller on credit declares turnover and overdue accounts between the sale and a claim."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.actors import actor_of
from customers.models import Message
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date, midnight
from policies import tasks
from policies.contract.declarations.models import OverdueReport, QuarterNotice, TurnoverDeclaration
from policies.contract.declarations.rules.quarters import quarters_of
from policies.contract.declarations.selectors import declarations_desk
from policies.contract.declarations.services import declare_turnover, remind_of_quarters, report_overdue
from policies.contract.selectors import product_of
from policies.offers.models import Quote
from policies.renewal.services import end_policy
from policies.selectors import needs_me_now
from tests.factories import customers, trade_credit
from tests.factories import policies as made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def policy():
    """200 days old: two quarters are over, the third runs."""
    return trade_credit.policy()


def declare(policy, number, turnover, at=None):
    quarter = quarters_of(policy.span, 15)[number - 1]
    return declare_turnover(
        policy=policy, first=quarter.first, turnover=Decimal(turnover), by=actor_of(policy.user), at=at or clock.now()
    )


def report(policy, invoice="2026-001", *, days=70, **changes):
    told = {
        "buyer": "临江五金贸易有限公司", "invoice_no": invoice, "amount": Decimal("120000.00"),
        "due_date": business_date(clock.now()) - timedelta(days=days),
    }  # fmt: skip
    return report_overdue(policy=policy, **(told | changes), by=actor_of(policy.user), at=clock.now())


def page(policy, name="policy", user=None, **more):
    address = reverse(f"policies:{name}", args=[policy.no, *more.values()])
    return customers.sign_in(Client(), user or policy.user), address


def test_the_tariff_of_the_policy_replays_to_the_stored_price(policy):
    stored = Quote.objects.get(pk=policy.quote_id)
    product = product_of(policy)
    assert product.price(product.read_facts(stored.facts, stored.plan)).hash == stored.breakdown_hash


@pytest.mark.parametrize(("loading", "difference"), [("0", "5087.25"), ("20", "6104.70")])
def test_a_year_declared_is_told_against_the_deposit(loading, difference):
    policy = trade_credit.policy(days_ago=380, loading=loading)
    for number, turnover in enumerate(("4500000", "6000000", "7250000", "5750000"), start=1):
        declare(policy, number, turnover)
    desk = declarations_desk(policy, clock.now())
    assert desk.is_complete
    assert desk.settlement.declared == Money.of("23500000")
    assert desk.settlement.deposit == policy.price
    assert desk.settlement.difference == Money.of(difference)
    assert any("22,975" in words.en for words in desk.settlement.steps)


def test_a_correction_is_a_new_row_and_the_newest_counts(policy):
    first, again = declare(policy, 1, "4500000"), declare(policy, 1, "4500000")
    assert first == again
    assert declare(policy, 1, "4800000").number == 2
    (row, *_rest) = declarations_desk(policy, clock.now()).quarters
    assert (row.newest.turnover, row.corrections) == (Decimal(4800000), 1)
    assert TurnoverDeclaration.objects.count() == 2


def test_more_than_the_tariff_knows_goes_to_a_person(policy):
    declare(policy, 1, "500000001")
    desk = declarations_desk(policy, clock.now())
    assert desk.settlement is None
    client, address = page(policy)
    assert "A person works out the premium" in client.get(address).text


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda policy: declare(policy, 3, "1"), "quarter_still_runs"),
        (lambda policy: declare(policy, 1, "-1"), "turnover_wrong"),
        (lambda policy: declare(policy, 1, "0.001"), "turnover_wrong"),
        (lambda policy: declare_turnover(
            policy=policy, first=policy.span.first_day + timedelta(days=1), turnover=Decimal(1),
            by=actor_of(policy.user), at=clock.now()), "no_such_quarter"),
        (lambda policy: report(policy, days=0), "not_overdue"),
        (lambda policy: report(policy, days=300), "due_before_cover"),
        (lambda policy: report(policy, amount=Decimal(0)), "amount_wrong"),
        (lambda policy: [report(policy), report(policy)], "reported_already"),
    ],
)  # fmt: skip
def test_what_is_refused(policy, act, code):
    with pytest.raises(Refused) as refused:
        act(policy)
    assert refused.value.code == code


def test_other_products_declare_nothing():
    policy = made.policy()
    assert declarations_desk(policy, clock.now()) is None
    with pytest.raises(Refused, match="Nothing is declared"):
        report(policy)
    client, address = page(policy, "report_overdue")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("days", "in_time"), [(1, True), (90, True), (91, False)])
def test_a_report_knows_whether_it_came_in_time(policy, days, in_time):
    assert report(policy, days=days).in_time is in_time


def test_the_seller_declares_on_a_form_that_loses_nothing(policy):
    client, address = page(policy, "declare_turnover", quarter=1)
    assert "Declare by" in client.get(address).text
    wrong = client.post(address, {"turnover": "a lot"})
    assert wrong.status_code == 422
    assert 'value="a lot"' in wrong.text
    assert "Enter an amount in yuan" in wrong.text
    sent = client.post(address, {"turnover": "４,500,000.50"})
    assert sent.status_code == 302
    assert TurnoverDeclaration.objects.get().turnover == Decimal("4500000.50")
    shown = client.get(reverse("policies:policy", args=[policy.no])).text
    assert "4,500,000.50" in shown
    assert "To go back at the end" in shown
    assert "Nothing is charged or paid back now." in shown


def test_a_quarter_that_still_runs_says_so(policy):
    client, address = page(policy, "declare_turnover", quarter=3)
    assert "not over yet" in client.get(address).text
    assert client.post(address, {"turnover": "1"}).status_code == 422
    assert client.get(reverse("policies:declare_turnover", args=[policy.no, 5])).status_code == 404


def test_the_seller_reports_an_overdue_account(policy):
    client, address = page(policy, "report_overdue")
    due = business_date(clock.now()) - timedelta(days=65)
    typed = {"buyer": "Linjiang Hardware", "invoice_no": "A-7", "amount": "120,000", "due_date_0": due.day,
             "due_date_1": due.month, "due_date_2": due.year}  # fmt: skip
    wrong = client.post(address, typed | {"due_date_2": due.year + 1})
    assert wrong.status_code == 422
    assert "not overdue yet" in wrong.text
    assert 'value="Linjiang Hardware"' in wrong.text
    assert client.post(address, typed).status_code == 302
    assert "already" in client.post(address, typed).text
    shown = client.get(reverse("policies:policy", args=[policy.no])).text
    assert "Linjiang Hardware" in shown
    assert "120,000.00" in shown


@pytest.mark.parametrize(("name", "more"), [("declare_turnover", {"quarter": 1}), ("report_overdue", {})])
def test_a_stranger_finds_nothing(policy, name, more):
    client, address = page(policy, name, user=made.buyer(), **more)
    assert client.get(address).status_code == 404
    assert client.post(address, {"turnover": "1"}).status_code == 404
    assert not TurnoverDeclaration.objects.exists()


def test_staff_read_it_with_the_buyer_masked(policy):
    declare(policy, 1, "4500000")
    report(policy)
    client = customers.sign_in(Client(), customers.colleague("underwriter").user)
    shown = client.get(reverse("admin:policies_policy_change", args=[policy.no])).text
    assert "4,500,000.00" in shown
    assert "2026-001" in shown
    assert "临江五金贸易有限公司" not in shown


def test_the_page_asks_as_often_for_one_account_as_for_many(policy, django_assert_num_queries):
    at = clock.now()
    declare(policy, 1, "4500000")
    report(policy)
    with django_assert_num_queries(3):
        declarations_desk(policy, at)
    declare(policy, 1, "4600000")
    declare(policy, 2, "4500000")
    for number in range(5):
        report(policy, f"B-{number}")
    with django_assert_num_queries(3):
        declarations_desk(policy, at)


DECLARATIONS = {
    "turnover_declaration_turnover_not_negative": {"turnover": Decimal(-1), "number": 2},
    "turnover_declaration_quarter_in_order": {"end_date": "2000-01-01", "number": 2},
    "turnover_declaration_counts_from_one": {"number": 0},
    "turnover_declaration_number_is_used_once": {},
}


def copied(record, **changes):
    fields = [field.attname for field in record._meta.concrete_fields if field.attname not in ("id", "uuid", "buyer")]
    return type(record)(**({name: getattr(record, name) for name in fields} | changes)).save(force_insert=True)


@pytest.mark.parametrize("name", DECLARATIONS)
def test_constraints_of_declarations(policy, name):
    told = declare(policy, 1, "4500000")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        copied(told, **DECLARATIONS[name])


REPORTS = {
    "overdue_report_has_an_amount": {"amount": Decimal(0), "invoice_no": "C"},
    "overdue_report_names_its_invoice": {"invoice_no": ""},
    "overdue_report_stands_once_an_invoice": {},
}


@pytest.mark.parametrize("name", REPORTS)
def test_constraints_of_overdue_reports(policy, name):
    told = report(policy)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        copied(told, buyer="Linjiang", **REPORTS[name])


def test_neither_is_ever_rewritten(policy):
    declare(policy, 1, "4500000")
    report(policy)
    for model, change in ((TurnoverDeclaration, {"turnover": 1}), (OverdueReport, {"amount": 1})):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.update(**change)


def told(policy):
    return list(
        Message.objects.filter(user=policy.user, kind__startswith="quarter_", channel="inbox").order_by("id")
        .values_list("kind", flat=True)
    )  # fmt: skip


def test_a_quarter_is_asked_for_once_and_once_more_when_it_is_late(policy):
    """Two quarters are over and their days too; the third ends, is asked for, declared, and never late."""
    assert tasks.remind_of_declarations() == 2
    assert told(policy) == ["quarter_late"] * 2
    assert tasks.remind_of_declarations() == 0
    third = quarters_of(policy.span, 15)[2]
    assert remind_of_quarters(policy=policy, by=made.SYSTEM, at=midnight(third.end)) == 1
    assert remind_of_quarters(policy=policy, by=made.SYSTEM, at=midnight(third.end)) == 0
    assert told(policy)[2:] == ["quarter_due"]
    needs = [need for need in needs_me_now(policy.user, midnight(third.end)) if need.kind == "declare"]
    assert [need.href for need in needs] == [
        reverse("policies:declare_turnover", args=[policy.no, n]) for n in (1, 2, 3)
    ]
    assert needs[2].by == midnight(third.due + timedelta(days=1))
    declare(policy, 3, "1", at=midnight(third.end))
    late = midnight(third.due + timedelta(days=1))
    assert remind_of_quarters(policy=policy, by=made.SYSTEM, at=late) == 0
    assert len([need for need in needs_me_now(policy.user, late) if need.kind == "declare"]) == 2


def test_staff_find_every_quarter_by_what_is_to_be_done(policy, time_machine):
    tasks.remind_of_declarations()
    client = customers.sign_in(Client(), customers.colleague("underwriter").user)
    address = reverse("admin:policies_quarternotice_changelist")

    def shown(standing):
        return client.get(address, {"standing": standing}).context["cl"].result_count

    assert [shown(one) for one in ("due", "late", "declared", "difference")] == [0, 2, 0, 0]
    declare(policy, 1, "5000000")
    assert [shown(one) for one in ("due", "late", "declared")] == [0, 1, 1]
    time_machine.move_to(policy.period.upper + timedelta(days=1), tick=False)
    end_policy(policy=policy, by=made.SYSTEM, at=clock.now())
    tasks.remind_of_declarations()
    for number in (2, 3, 4):
        declare(policy, number, "5000000")
    client = customers.sign_in(Client(), customers.colleague("underwriter").user)
    assert [shown(one) for one in ("late", "declared", "difference")] == [0, 4, 0]
    declare(policy, 4, "6000000")
    assert shown("difference") == 4


def notice(policy, **changes):
    first = quarters_of(policy.span, 15)[0]
    fields = {"number": 1, "first_date": first.first, "due_date": first.due, "is_late": False, "sent_at": clock.now()}
    return QuarterNotice.objects.create(policy=policy, **(fields | changes))


def test_the_database_keeps_a_notice_to_one(policy):
    kept = notice(policy)
    with pytest.raises(IntegrityError, match="quarter_notice_is_sent_once"), transaction.atomic():
        notice(policy)
    with pytest.raises(IntegrityError, match="quarter_notice_days_in_order"), transaction.atomic():
        notice(policy, is_late=True, due_date=kept.first_date)

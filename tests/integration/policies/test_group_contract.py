"""A company buys cover for its staff: from the roster's quote to one policy with every member in it."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from customers.models import Message, PartyKind
from insureweb.documents.models import Document
from insureweb.finance.models import LedgerEntry, Payment
from insureweb.finance.services.settlement import Verdict as Word
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.states import IllegalMove
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors import product_of
from policies.contract.services import issuing
from policies.contract.services.members import COLUMNS
from policies.contract.services.papers import policy_data
from policies.offers.rosters.models import Roster, RosterMember
from policies.offers.rosters.services.copying import copy_rows
from policies.offers.rosters.services.intake import add_rows
from policies.renewal.services import send_renewal_notice
from policies.sale.forms import AnswersInvalid, CompanyAnswer, InsuredAnswer
from policies.sale.models import Application, Order
from policies.sale.selectors.sums import sum_at_risk
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from policies.sale.services.submission import accept_terms
from policies.sale.states import ApplicationState, OrderState
from policies.underwriting.models import Referral
from policies.underwriting.services import decide_referral, take_referral
from policies.underwriting.services.referrals import Verdict
from tests.factories import customers, groups, rosters
from tests.factories import policies as sold

pytestmark = pytest.mark.django_db
COMPANY = {
    "company_name": "Lanshan Software Ltd", "company_code": groups.COMPANY_CODE, "contact_name": "Wu Min",
    "contact_phone": "13800138000",
}  # fmt: skip
CONSENTS = {
    f"consent_{key}": "yes"
    for key in ("terms", "declaration", "electronic_policy", "staff_consent", "personal_information")
}
STEPS = (
    ("insured", COMPANY),
    ("health", {"health": "none"}),
    ("details", {"q_industry": "office", "q_social_insurance": "yes"}),
    ("suitability", {"q_purpose": "staff"}),
    ("check", CONSENTS),
)


def address(name, *parts, language="/en"):
    with override("zh-hans"):
        return f"{language}{reverse(f'policies:{name}', args=parts)}"


def words(response):
    return response.content.decode()


# --- the journey ---


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_company_buys_for_twelve_staff(language):
    user = sold.buyer(known=False)
    quote = groups.quote(user)
    client = customers.sign_in(Client(), user)
    assert address("start", quote.no, language=language) in words(
        client.get(address("quote", quote.no, language=language))
    )
    begun = client.get(address("start", quote.no, language=language))
    application = Application.objects.get()
    assert begun["Location"].endswith(f"/applications/{application.no}/")
    here = address("apply", application.no, language=language)
    for step, fields in STEPS:
        page = client.get(here, follow=True)
        assert page.redirect_chain[-1][0].endswith(f"/{step}/")
        answer = client.post(f"{here}{step}/", fields)
        assert answer.status_code == 302, words(answer)
    application.refresh_from_db()
    assert (application.holder, application.relationship) == (application.insured, "staff")
    assert application.holder.kind == PartyKind.COMPANY
    order = Order.objects.get()
    assert order.total == quote.premium
    assert client.get(address("pay", order.no, language=language)).status_code == 200
    client.post(address("pay", order.no, language=language), {"method": "sandbox"})
    sold.capture(Payment.objects.get())
    policy = Policy.objects.get()
    done = client.get(address("waiting", order.no, language=language), follow=True)
    assert policy.no in words(done)
    assert policy.holder.name.open() in words(client.get(address("policy", policy.no, language=language)))
    assert_whole(policy, quote)


def assert_whole(policy, quote):
    """Every member of the offer, at the offer's premiums; the ledger has the sum and balances."""
    offer = quote.roster_offer
    members = list(policy.members.order_by("position"))
    people = list(offer.roster.people.order_by("position"))
    premiums = dict(offer.premiums.values_list("position", "premium"))
    assert [(m.name.open(), m.id_number.open(), m.facts) for m in members] == [
        (p.name.open(), p.id_number.open(), p.facts) for p in people
    ]
    assert {m.position: m.premium for m in members} == premiums
    assert sum(premiums.values()) == policy.premium == quote.total
    assert {(m.effective.lower, m.effective.upper) for m in members} == {(policy.period.lower, policy.period.upper)}
    written = LedgerEntry.objects.filter(transaction__subject_no=policy.no)
    sides = {side: sum(e.amount for e in written if e.side == side) for side in ("debit", "credit")}
    assert sides == {"debit": policy.premium, "credit": policy.premium}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT name, id_number FROM policies_policymember WHERE policy_id = %s", [policy.pk])
        stored = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)
    assert people[0].name.open().encode() not in stored
    assert people[0].id_number.open().encode() not in stored


# --- the application ---


def test_what_is_wrong_with_the_company_is_said_at_its_field():
    user = sold.buyer(known=False)
    quote = groups.quote(user)
    client = customers.sign_in(Client(), user)
    client.get(address("start", quote.no))
    here = f"{address('apply', Application.objects.get().no)}insured/"
    for changes, told in (
        ({"company_code": "91110000600037342L"}, "not a unified social credit code"),
        ({"company_name": ""}, "Enter the name as it stands"),
        ({"contact_name": "<>"}, "no identity document has"),
        ({"contact_phone": "12"}, "not a phone number"),
    ):
        answer = client.post(here, COMPANY | changes)
        assert answer.status_code == 422
        assert told in words(answer)
        assert "Lanshan" in words(answer) or "company_name" in changes, "what was typed stays"
    assert "insured" not in Application.objects.get().saved


def test_a_company_alone_takes_out_a_group_contract_and_nothing_else():
    quote = groups.quote()
    by, at = actor_of(quote.user), clock.now()
    group = start_application(quote=quote, user=quote.user, by=by, at=at)
    customers.person(quote.user, born=sold.born_at(30))
    with pytest.raises(AnswersInvalid), transaction.atomic():
        save_answers(application=group, answers=groups.answers(insured=InsuredAnswer("self")), by=by, at=at)
    alone = sold.application()
    company = CompanyAnswer("Lanshan Software Ltd", groups.COMPANY_CODE, "Wu Min", "13800138000")
    with pytest.raises(Refused) as refusal, transaction.atomic():
        save_answers(application=alone, answers=groups.answers(insured=company), by=actor_of(alone.user), at=at)
    assert refusal.value.code == "no_group_product"


def test_another_company_answers_anew():
    quote = groups.quote()
    by, at = actor_of(quote.user), clock.now()
    begun = start_application(quote=quote, user=quote.user, by=by, at=at)
    saved = save_answers(application=begun, answers=groups.answers(), by=by, at=at)
    assert {"insured", "health", "details", "suitability"} <= set(saved.saved)
    other = CompanyAnswer("Heshan Trading Ltd", "91310110666007217T", "Wu Min", "13800138000")
    again = save_answers(application=begun, answers=groups.answers(insured=other, **NOTHING_ELSE), by=by, at=at)
    assert set(again.saved) == {"insured", "suitability"}


NOTHING_ELSE = {"health": None, "details": None, "suitability": None}


def test_a_foreign_application_and_policy_are_not_there():
    policy = groups.policy()
    stranger = customers.sign_in(Client(), sold.buyer())
    assert stranger.get(address("quote", policy.quote.no)).status_code == 404
    assert stranger.get(address("apply", policy.application_no)).status_code == 404
    assert stranger.get(address("policy", policy.no)).status_code == 404


def test_an_expired_price_leads_to_a_new_upload(time_machine):
    user = sold.buyer(known=False)
    quote = groups.quote(user)
    time_machine.move_to(quote.expires_at)
    with pytest.raises(Refused) as refusal, transaction.atomic():
        start_application(quote=quote, user=user, by=actor_of(user), at=clock.now())
    assert refusal.value.code == "quote_expired"
    page = customers.sign_in(Client(), user).get(address("quote", quote.no))
    assert "Upload the roster again" in words(page)


# --- underwriting ---


def test_the_whole_group_is_at_stake_before_an_underwriter():
    referred = groups.application(health=groups.long_sick_leave())
    assert referred.state == ApplicationState.REFERRED
    assert sum_at_risk(referred) == 12 * 300_000


def test_a_loading_is_spread_over_the_members_and_sums_to_the_cent():
    application = groups.application(health=groups.long_sick_leave())
    underwriter, at = sold.underwriter(10_000_000), clock.now()
    by = actor_of(underwriter)
    referral = Referral.objects.get(subject_no=application.no)
    referral = take_referral(referral=referral, underwriter=underwriter, by=by, at=at)
    words = Localized("多人长期病假，加费承保。", "Several people are on long sick leave.")
    verdict = Verdict(outcome="load", loading_percent=Decimal("12.34"), reason_code="controlled", words=words)
    decide_referral(referral=referral, verdict=verdict, by=by, at=at)
    accept_terms(application=application, by=actor_of(application.user), at=at)
    sold.capture(sold.payment(Order.objects.select_related("user").get()))
    policy = Policy.objects.get()
    agreed = dict(policy.quote.roster_offer.premiums.values_list("position", "premium"))
    paid = dict(policy.members.values_list("position", "premium"))
    assert policy.premium == Money(policy.quote.total * Decimal("1.1234")).quantise().amount
    assert sum(paid.values()) == policy.premium
    assert all(abs(paid[place] - agreed[place] * Decimal("1.1234")) < Decimal("0.01") for place in agreed)
    refuse_half_done()


# --- issuing ---


def refuse_half_done():
    """What is checked at commit, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def committed(payment):
    sold.capture(payment)
    refuse_half_done()


def test_two_notifications_make_one_policy_with_its_members_once():
    payment = sold.payment(groups.order())
    sold.capture(payment)
    sold.capture(payment)
    assert Policy.objects.count() == 1
    assert PolicyMember.objects.count() == 12


def test_a_quoted_roster_takes_no_more_rows():
    quote = groups.quote()
    file = rosters.opened(rosters.csv_bytes([rosters.row(500)]))
    with pytest.raises(IllegalMove), transaction.atomic():
        add_rows(roster=quote.roster_offer.roster, file=file, by=actor_of(quote.user), at=clock.now())


@pytest.mark.parametrize("change", ["gone", "one more"])
def test_a_roster_that_changed_behind_its_price_makes_no_policy_and_the_money_waits(change):
    order = groups.order()
    payment = sold.payment(order)
    roster = Roster.objects.get()
    if change == "gone":
        RosterMember.objects.filter(roster=roster, position=3).delete()
    else:
        RosterMember.objects.create(
            roster=roster, position=13, upload=1, line=99, name="New", id_number=rosters.id_number(700),
            facts={"age": "30", "occupation_class": "1"},
        )  # fmt: skip
    assert sold.capture(payment).verdict == Word.IN_SUSPENSE
    assert not Policy.objects.exists()
    order.refresh_from_db()
    assert order.state == OrderState.OPEN


def row_of(policy, **changes):
    """A member's row as COPY takes it."""
    values = {
        "uuid": uuid4(), "policy_id": policy.pk, "position": 13, "name": b"", "id_number": b"",
        "id_number_index": "0" * 64, "facts": "{}", "premium": Decimal("0.00"), "effective": policy.period,
    }  # fmt: skip
    return tuple((values | changes)[column] for column in COLUMNS)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"position": 1}, "policy_member_number_is_unique"),
        ({"position": 0}, "policy_member_numbers_begin_at_one"),
        ({"premium": Decimal("-0.01")}, "policy_member_premium_not_negative"),
        ({"effective": DateTimeTZRange(None, None)}, "policy_member_effective_has_both_ends"),
        ({"id_number_index": "known"}, "policy_member_stands_once"),
        ({}, "its members are not those of the offer"),
    ],
)
def test_what_the_table_of_members_refuses(changes, name):
    policy = groups.policy()
    if "id_number_index" in changes:
        changes = {"id_number_index": policy.members.get(position=1).id_number_index}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        copy_rows(PolicyMember, COLUMNS, [row_of(policy, **changes)])
    assert name in str(refused.value)


def test_members_are_neither_changed_nor_deleted():
    member = groups.policy().members.get(position=1)
    for change in (lambda: PolicyMember.objects.filter(pk=member.pk).update(position=99), member.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_policy_of_a_roster_without_its_members_cannot_be_committed(monkeypatch):
    monkeypatch.setattr(issuing, "record_members", lambda policy: None)
    payment = sold.payment(groups.order())
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        committed(payment)
    assert "its members are not those of the offer" in str(refused.value)


def test_only_a_group_policy_has_members():
    policy = sold.policy()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        copy_rows(PolicyMember, COLUMNS, [row_of(policy)])
    assert "its members are not those of the offer" in str(refused.value)


# --- afterwards ---


def test_the_paper_names_the_company_and_how_many_are_insured():
    policy = groups.policy()
    data = policy_data(policy, policy.versions.get(), product_of(policy))
    assert data["holder"] == {"name": "Lanshan Software Ltd", "id_number": groups.COMPANY_CODE}
    assert data["insured"][0]["relation"].en.startswith("12 people")
    assert "never the employer" in data["beneficiary"].en
    outbox.drain(at=clock.now())
    assert Document.objects.filter(kind="policy", subject_no=policy.no).exists()


def test_the_renewal_notice_asks_for_the_next_roster():
    policy = groups.policy()
    notice = send_renewal_notice(policy=policy, by=sold.SYSTEM, at=policy.period.upper)
    assert notice.quote is None
    message = Message.objects.filter(kind="renewal_notice").first()
    assert "upload the roster" in message.body.get("en")


def test_the_company_reads_its_register_masked_and_finds_a_person():
    policy = groups.policy(lines=groups.staff(53))
    client = customers.sign_in(Client(), policy.user)
    assert "53 people insured" in words(client.get(address("policy", policy.no)))
    register = address("members", policy.no)
    first = words(client.get(register))
    assert "?after=50" in first
    member = policy.members.get(position=52)
    number, name = member.id_number.open(), member.name.open()
    assert str(member.id_number) in words(client.get(f"{register}?after=50"))
    found = words(client.post(register, {"id_number": number}))
    assert "Number 52" in found
    assert number not in found
    assert name not in found
    for unknown in (rosters.id_number(900), "x", "\x00", ""):
        assert "Nobody with this number" in words(client.post(register, {"id_number": unknown}))
    assert client.get(f"{register}?after=x").status_code == 200


def test_only_the_holder_of_a_group_policy_has_a_register():
    policy, alone = groups.policy(), sold.policy()
    assert customers.sign_in(Client(), alone.user).get(address("members", alone.no)).status_code == 404
    stranger = customers.sign_in(Client(), sold.buyer())
    assert stranger.get(address("members", policy.no)).status_code == 404


def test_the_register_takes_the_same_queries_for_few_and_many(django_assert_max_num_queries):
    for count in (5, 40):
        policy = groups.policy(lines=groups.staff(count))
        client = customers.sign_in(Client(), policy.user)
        client.get(address("members", policy.no))
        with django_assert_max_num_queries(6):
            client.get(address("members", policy.no))


def test_staff_see_the_count_and_the_first_of_the_register():
    policy = groups.policy()
    client = customers.sign_in(Client(), sold.underwriter())
    page = words(client.get(reverse("admin:policies_policy_change", args=[policy.no])))
    assert page.count("<li>") >= 12
    member = policy.members.get(position=1)
    assert str(member.id_number) in page
    assert member.id_number.open() not in page

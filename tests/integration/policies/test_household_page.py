"""One page for a household: everybody's price as the joint order charges it, a quote each, the way to pay together."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.services import HouseholdMember, quote_household, reprice_quote
from policies.renewal.services import send_renewal_notice
from policies.sale.forms import Answers, InsuredAnswer
from policies.sale.models import Application, Order, SaleTraceEntry
from policies.sale.selectors.households import household_of
from policies.sale.services.answers import accept_new_price, save_answers
from policies.sale.services.applications import start_application
from policies.selectors import needs_me_now
from products.rules.facts import FactsInvalid
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db
FAMILY = (("self", "44"), ("spouse", "43"), ("parent", "62"))


def at(name, *args):
    with override("en"):
        return reverse(f"policies:{name}", args=args)


PAGE = "household_price", made.MEDICAL


def typed(people=FAMILY, **more):
    fields = {"people": str(len(people))}
    for number, (relationship, age) in enumerate(people, start=1):
        fields |= {f"p{number}_relationship": relationship, f"p{number}_social_insurance": "yes"}
        fields |= {f"p{number}_born_{part}": text for part, text in enumerate(born(age))}
    return fields | more


def born(age):
    """Day, month and year as somebody of this age types them; other text goes where the year belongs."""
    if not age.isdigit():
        return "31", "8", age
    day = made.born_at(int(age))
    return str(day.day), str(day.month), str(day.year)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def send(client, **fields):
    made.product(made.MEDICAL)
    return client.post(at(*PAGE), fields)


def kept(user=None, people=FAMILY, token=""):
    """Quotes of a household as the service stores them."""
    made.product(made.MEDICAL)
    members = [HouseholdMember(who, {"age": age, "social_insurance": "yes"}) for who, age in people]
    return quote_household(
        product_code=made.MEDICAL, members=members, plan="standard", owner_token=token or uuid4().hex, user=user,
        by=actor_of(user), at=clock.now(),
    )  # fmt: skip


def applied(quote, user, **told):
    """The application of one of the household's quotes, handed in."""
    now, by = clock.now(), actor_of(user)
    begun = start_application(quote=quote, user=user, by=by, at=now)
    insured = InsuredAnswer("self")
    if quote.household_relationship != "self":
        born = made.born_at(int(quote.facts["age"]))
        insured = InsuredAnswer(quote.household_relationship, insured=made.new_person(born=born))
    given = made.answers(begun, insured=insured, purpose="bills", beneficiary=None, **told)
    return made.submit(save_answers(application=begun, answers=given, by=by, at=now))


def states(household):
    return [row.member.application.state if row.member.application else "" for row in household.rows]


def standing(quotes, user):
    return household_of(quotes[0].household, user=user, token="", at=clock.now())


def test_the_product_page_leads_here_and_others_have_no_such_page():
    made.product(made.MEDICAL)
    made.product(made.ACCIDENT)
    assert at(*PAGE) in Client().get(f"/en/products/{made.MEDICAL}/").content.decode()
    assert "/household/" not in Client().get(f"/en/products/{made.ACCIDENT}/").content.decode()
    assert Client().get(at("household_price", made.ACCIDENT)).status_code == 404
    page = words(Client().get(at(*PAGE)))
    assert page.count('id="person-') == 2
    assert "Keep a quote" not in page


def test_prices_are_those_the_joint_order_charges(client):
    page = words(send(client, **typed(), do="price"))
    assert not Quote.objects.exists()
    user = made.buyer(44)
    quotes = kept(user)
    applications = [applied(quote, user) for quote in quotes]
    together = standing(quotes, user)
    answer = customers.sign_in(Client(), user).post(at("pay_together"), {"applications": together.payable})
    order = Order.objects.latest("id")
    assert answer["Location"] == at("pay", order.no)
    charged = [item.amount for item in order.items.order_by("id")]
    assert charged == [Decimal("392.40"), Decimal("392.40"), Decimal("1646.10")]
    assert [row.together.amount for row in together.rows] == charged
    for amount in (*charged, order.amount, *(one.premium for one in applications)):
        assert f"{amount:,}" in page


def test_two_people_pay_another_factor_than_three(client):
    page = words(send(client, **typed(FAMILY[:2]), do="price"))
    assert "414.20" in page
    assert "392.40" not in page


def test_rows_come_and_go_and_nothing_typed_is_lost(client):
    more = words(send(client, **typed(), do="add"))
    assert more.count('id="person-') == 4
    for age in ("44", "43", "62"):
        assert f'value="{born(age)[2]}"' in more
    fewer = words(send(client, **typed(), do="remove-2"))
    assert f'value="{born("43")[2]}"' not in fewer
    assert re.search(rf'<input[^>]*name="p2_born_2"[^>]*value="{born("62")[2]}"', fewer)
    assert words(send(client, **typed(FAMILY[:2]), do="remove-1")).count('id="person-') == 2
    six = typed((*FAMILY, ("parent", "66"), ("parent", "67"), ("parent", "68")))
    assert words(send(client, **six, do="add")).count('id="person-') == 6
    assert words(send(client, people="99999", do="add")).count('id="person-') == 3


@pytest.mark.parametrize(
    ("people", "field", "message"),
    [
        ((("self", "44"), ("child", "8")), "p2_born_0", "this person is 8. This product is for ages 40 to 75."),
        ((("self", "44"), ("parent", "")), "p2_born_0", "Enter the date of birth"),
        ((("self", "44"), ("parent", "sixty")), "p2_born_0", "Enter the date of birth"),
        ((("self", "44"), ("", "62")), "p2_relationship", "Choose what this person is to you."),
        ((("self", "44"), ("friend", "62")), "p2_relationship", "Choose what this person is to you."),
        ((("self", "44"), ("self", "62")), "p2_relationship", "This can be one person only."),
        ((("self", "44"), ("spouse", "43"), ("spouse", "42")), "p3_relationship", "This can be one person only."),
        ((("self", "44"), ("parent", "\x00")), "p2_born_0", "Enter the date of birth"),
    ],
)
def test_a_bad_row_says_so_beside_its_field(client, people, field, message):
    for do in ("price", "quote"):
        response = send(client, **typed(people), do=do)
        page = words(response)
        assert response.status_code == 422
        assert f'href="#id_{field}"' in page
        assert message in page
        assert f'value="{born("44")[2]}"' in page
    assert not Quote.objects.exists()


def test_every_wrong_row_is_told_at_once(client):
    page = words(send(client, **typed((("self", "39"), ("child", "8"), ("", "62"))), do="price"))
    for field in ("p1_born_0", "p2_born_0", "p3_relationship"):
        assert f'href="#id_{field}"' in page


def test_a_minor_is_a_child_of_the_one_who_pays(client, monkeypatch):
    """A tariff that takes minors still sells to an adult; the medical tariff begins at 40."""
    monkeypatch.setattr("policies.sale.household_form.ADULT_AGE", 45)
    page = words(send(client, **typed((("self", "44"), ("child", "44"))), do="price"))
    assert page.count("Somebody under 18 is entered as your child.") == 2  # the summary and the row of one person


def test_what_the_calculator_was_told_stands_in_the_rows():
    """Plan and sums are everybody's, the rest is the first person's; an age is no date of birth."""
    made.product(made.MEDICAL)
    page = words(Client().get(at(*PAGE), {"age": "44", "social_insurance": "no", "unknown": "x"}))
    assert page.count('value="no" selected') == 1
    assert page.index('value="no" selected') < page.index('id="person-2"')
    product = Client().get(f"/en/products/{made.MEDICAL}/", {"age": "44", "social_insurance": "no"})
    assert f"{at(*PAGE)}?age=44&amp;social_insurance=no" in product.content.decode()


def test_one_press_keeps_a_quote_for_everyone_and_two_presses_no_more(client):
    key = str(uuid4())
    first = send(client, **typed(), do="quote", idempotency_key=key)
    again = send(client, **typed(), do="quote", idempotency_key=key)
    quotes = Quote.objects.order_by("id")
    assert [(one.household_place, one.household_relationship) for one in quotes] == [
        (1, "self"), (2, "spouse"), (3, "parent"),
    ]  # fmt: skip
    assert {one.facts["insured_together"] for one in quotes} == {"1"}
    assert first["Location"] == again["Location"] == at("household", quotes[0].household)
    assert set(SaleTraceEntry.objects.values_list("quote_no", flat=True)) == {one.no for one in quotes}
    page = words(client.get(first["Location"]))
    for quote in quotes:
        assert quote.no in page
        assert at("start", quote.no) in page
    assert at("household", quotes[0].household) in words(client.get(at("quotes")))


def test_all_or_none():
    made.product(made.MEDICAL)
    with pytest.raises(FactsInvalid), transaction.atomic():
        kept(people=(("self", "44"), ("spouse", "12")))
    assert not Quote.objects.exists()
    for people in (FAMILY[:1], FAMILY * 3):
        with pytest.raises(Refused) as refusal:
            kept(people=people)
        assert refusal.value.code == "household_size"


def test_another_visitor_finds_nothing(client):
    location = send(client, **typed(), do="quote")["Location"]
    assert Client().get(location).status_code == 404
    assert customers.sign_in(Client(), made.buyer()).get(location).status_code == 404
    assert client.get(at("household", uuid4())).status_code == 404


def test_everyones_state_and_who_counts():
    user = made.buyer(44)
    quotes = kept(user)
    applied(quotes[0], user)
    start_application(quote=quotes[1], user=user, by=actor_of(user), at=clock.now())
    household = standing(quotes, user)
    assert states(household) == ["accepted", "draft", ""]
    assert (household.counted, household.payable) == (3, [household.rows[0].member.application.no])
    client = customers.sign_in(Client(), user)
    page = words(client.get(at("household", quotes[0].household)))
    assert "Accepted for cover" in page
    assert "Go on" in page
    assert at("pay_together") not in page
    applied(quotes[2], user, health={"serious_illness": True})
    household = standing(quotes, user)
    assert states(household)[2] == "declined"
    assert [str(row.together.amount) for row in household.rows if row.together] == ["414.20", "414.20"]


def test_paid_together_each_leads_to_the_policy():
    user = made.buyer(44)
    quotes = kept(user)
    him, mother = applied(quotes[0], user), applied(quotes[2], user)
    client = customers.sign_in(Client(), user)
    page = words(client.get(at("household", quotes[0].household)))
    assert "Pay 2 accepted contracts together" in page
    client.post(at("pay_together"), {"applications": [him.no, mother.no]})
    order = Order.objects.latest("id")
    made.capture(made.payment(order))
    household = standing(quotes, user)
    assert states(household) == ["issued", "", "issued"]
    assert [str(row.alone.amount) for row in household.rows] == ["414.20", "436.00", "1737.55"]
    assert all(row.member.policy_no for row in household.rows if row.member.application)
    assert (household.counted, household.payable) == (1, [])


def test_the_application_begins_with_what_was_told():
    user = made.buyer(44)
    quotes = kept(user)
    client = customers.sign_in(Client(), user)
    for quote, chosen in zip(quotes, ("self", "other", "other"), strict=True):
        page = words(client.get(client.get(at("start", quote.no))["Location"], follow=True))
        assert re.search(rf'value="{chosen}"[^>]* checked', page)
    assert re.search(r'value="parent"[^>]* (checked|selected)', page)


def test_a_place_is_taken_once_and_kept_when_priced_again():
    user = made.buyer(44)
    first, second, _third = kept(user)
    again = reprice_quote(quote=first, changed_facts={"age": "45"}, user=user, by=actor_of(user), at=clock.now())
    assert (again.household, again.household_place) == (first.household, 1)
    values = {field.attname: getattr(second, field.attname) for field in Quote._meta.concrete_fields}
    values |= {"id": None, "no": "BJ1", "household_place": 1}
    with pytest.raises(IntegrityError, match="quote_one_for_a_place_in_a_household"), transaction.atomic():
        Quote(**values).save(force_insert=True)


def test_the_page_costs_the_same_for_two_as_for_six(django_assert_num_queries):
    user = made.buyer(44)
    six = (*FAMILY, ("parent", "66"), ("parent", "67"), ("parent", "68"))
    for people in (FAMILY[:2], six):
        quotes = kept(user, people)
        applied(quotes[0], user)
        with django_assert_num_queries(3):
            household = standing(quotes, user)
            assert len(household.payable) == 1
            assert household.total


def about_to_be_46():
    """45 now and twenty days before a policy of today ends, 46 on the day after it."""
    day = (clock.now() + timedelta(days=356)).date()
    user = made.buyer(known=False)
    customers.person(user, born=date(day.year - 46, day.month, min(day.day, 28)))
    return user


def test_a_renewal_priced_again_goes_on_where_it_was(time_machine):
    """The notice prices the age after the end; who applies before a birthday is younger, so the price changes."""
    user = about_to_be_46()
    quotes = kept(user, (("self", "45"), ("spouse", "43")))
    made.capture(made.payment(Order.objects.get(applications=applied(quotes[0], user))))
    policy = Policy.objects.get()
    time_machine.move_to(policy.period.upper - timedelta(days=20), tick=False)
    notice = send_renewal_notice(policy=policy, by=made.SYSTEM, at=clock.now())
    assert (policy.premium, notice.quote.total) == (Decimal(436), Decimal(631))
    (row,) = [row for row in standing(quotes, user).rows if row.member.quote == notice.quote]
    assert row.member.application is None  # the household offers the renewal, not last year's policy
    client = customers.sign_in(Client(), user)
    begun = start_application(quote=notice.quote, user=user, by=actor_of(user), at=clock.now())
    save_answers(application=begun, answers=Answers(insured=InsuredAnswer("self")), by=actor_of(user), at=clock.now())
    accept_new_price(application=begun, by=actor_of(user), at=clock.now())
    assert [need.kind for need in needs_me_now(user, clock.now())] == ["continue", "acknowledge"]
    page = words(client.get(at("start", notice.quote.no), follow=True))
    assert Application.objects.filter(renews_no=policy.no).get() == begun
    assert "436.00" in page
    again = applied(notice.quote, user)
    made.capture(made.payment(Order.objects.get(applications=again)))
    assert policy.renewed_by.premium == Decimal(436)
    assert {need.kind for need in needs_me_now(user, clock.now())} == {"acknowledge"}

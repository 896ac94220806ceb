"""Where the policyholder lives, when it makes a difference: asked, kept, and passed on until the contract is made."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.services import create_quote, reprice_quote
from policies.sale.forms import AnswersInvalid, InsuredAnswer
from policies.sale.models import Application, Order
from policies.sale.services import start_application
from policies.sale.services.answers import save_answers
from policies.sale.services.orders import pay_order
from products.models import Product, SaleCount
from products.selectors import ProductNotOnSale, catalogue
from products.services.loading import load_product
from products.services.review import publish_shipped
from products.services.versions import set_sale_switch
from risk.services.pauses import lift_pause, pause_sale
from tests.factories import customers
from tests.factories import policies as made
from tests.factories.products import LOADER, RISK_MANAGER, changed, shipped

pytestmark = pytest.mark.django_db


def on_sale(*changes):
    at = clock.now()
    version = load_product(source=changed(shipped(), *changes), by=LOADER, at=at).version
    return publish_shipped(version, at)


def begun(user, **more):
    at = clock.now()
    quote = create_quote(product_code=made.GUARD, raw_facts=made.GUARD_FACTS, plan="standard", owner_token="x",
                         user=user, by=actor_of(user), at=at, **more)  # fmt: skip
    return start_application(quote=quote, user=user, by=actor_of(user), at=at)


def live_in(application, region):
    answers = made.answers(application, insured=InsuredAnswer("self", region=region))
    return save_answers(application=application, answers=answers, by=actor_of(application.user), at=clock.now())


def ordered(user, region="all"):
    application = made.submit(live_in(begun(user), region))
    return Order.objects.select_related("user").get(applications=application)


def page(application):
    with override("en"):
        return reverse("policies:apply", args=[application.no, "insured"])


def test_the_page_asks_only_when_it_makes_a_difference():
    on_sale(("sale.regions", ["310000", "330000"]))
    user = made.buyer()
    application = begun(user)
    client = customers.sign_in(Client(), user)
    assert "Where do you live?" in client.get(page(application)).content.decode()
    wrong = client.post(page(application), {"insured": "self"})
    assert wrong.status_code == 422
    assert "id_region" in wrong.content.decode()
    wrong = client.post(page(application), {"insured": "self", "region": "440000"})
    assert wrong.status_code == 422
    assert '<option value="440000" selected>' in wrong.content.decode()
    assert client.post(page(application), {"insured": "self", "region": "310000"}).status_code == 302
    assert Application.objects.get().region == "310000"


def test_nobody_is_asked_where_it_is_sold_everywhere():
    on_sale()
    user = made.buyer()
    application = begun(user)
    client = customers.sign_in(Client(), user)
    assert "Where do you live?" not in client.get(page(application)).content.decode()
    assert client.post(page(application), {"insured": "self", "region": "moon"}).status_code == 302
    assert Application.objects.get().region == "all"


def test_a_region_where_it_is_not_sold_is_refused():
    on_sale(("sale.regions", ["310000"]))
    with pytest.raises(AnswersInvalid) as caught:
        live_in(begun(made.buyer()), "440000")
    assert "region" in caught.value.errors


def test_the_region_reaches_the_pauses_before_money_is_asked_and_when_it_arrives():
    version = on_sale(("sale.regions", ["310000", "330000"]))
    user = made.buyer()
    order = ordered(user, "310000")
    payment = made.payment(order)
    pause = pause_sale(product=version.product, region="310000", reason="Typhoon", by=RISK_MANAGER, at=clock.now())
    with pytest.raises(Refused, match=r"paused|暂停"):
        pay_order(order=order, gateway="sandbox", return_path="/my/", by=actor_of(user), at=clock.now())
    made.capture(payment)
    assert not Policy.objects.exists()
    lift_pause(pause=pause, reason="It is over", by=RISK_MANAGER, at=clock.now())


def test_a_paused_product_leaves_the_shop_and_comes_back():
    version = on_sale()
    assert [item.code for item in catalogue(clock.now())] == [made.GUARD]
    pause = pause_sale(product=version.product, reason="Losses", by=RISK_MANAGER, at=clock.now())
    assert catalogue(clock.now()) == ()
    with pytest.raises(ProductNotOnSale):
        begun(made.buyer())
    lift_pause(pause=pause, reason="Reviewed", by=RISK_MANAGER, at=clock.now())
    assert [item.code for item in catalogue(clock.now())] == [made.GUARD]


def test_a_switched_off_product_is_not_paid_for():
    on_sale()
    order = made.order()
    set_sale_switch(product=Product.objects.get(code=made.GUARD), is_on=False, by=RISK_MANAGER, at=clock.now())
    with pytest.raises(ProductNotOnSale):
        pay_order(order=order, gateway="sandbox", return_path="/my/", by=actor_of(order.user), at=clock.now())


def test_the_channel_of_a_quote_is_kept_and_goes_on():
    on_sale()
    quote = begun(made.buyer(), channel="partner", region="310000").quote
    assert (quote.channel, quote.region) == ("partner", "310000")
    again = reprice_quote(quote=quote, changed_facts={}, user=None, on_sale_now=True, by=LOADER, at=clock.now())
    assert (again.channel, again.region) == ("partner", "310000")
    with pytest.raises(ProductNotOnSale):
        begun(made.buyer(), channel="counter")
    assert set(Quote.objects.values_list("channel", flat=True)) == {"partner"}


def test_each_policy_takes_one_of_the_quota_and_money_that_comes_too_late_goes_back():
    on_sale(("sale.quota", "1"))
    first, second = (made.payment(ordered(made.buyer())) for _number in range(2))
    made.capture(first)
    made.capture(second)
    assert Policy.objects.count() == 1
    assert SaleCount.objects.get().sold == 1

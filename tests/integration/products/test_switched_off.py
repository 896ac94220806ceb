"""A product that waits, after its first publication, for somebody to switch its sale on, everywhere or in a region."""

import pytest
from django.test import Client
from django.urls import reverse

from insureweb.kernel import clock
from products.models import Product, SaleSwitch
from products.selectors import ProductNotOnSale, catalogue, version_on_sale
from products.services.loading import load_product
from products.services.versions import set_sale_switch
from tests.factories.products import (
    AT,
    GUARD,
    LOADER,
    PRODUCT_MANAGER,
    RISK_MANAGER,
    changed,
    publish,
    published_version,
    shipped,
)

pytestmark = pytest.mark.django_db
THEFT, SHANGHAI, ZHEJIANG, BEIJING = "anlan-account-theft", "310000", "330000", "110000"


def sold_in(region: str) -> bool:
    try:
        version_on_sale(THEFT, AT, region)
    except ProductNotOnSale:
        return False
    return True


def switch(is_on: bool, region: str = "all") -> None:
    product = Product.objects.get(code=THEFT)
    set_sale_switch(product=product, is_on=is_on, region=region, by=RISK_MANAGER, at=AT, reason="Tried out")


def test_account_theft_is_published_and_not_for_sale() -> None:
    assert published_version(THEFT).state == "published"
    assert not any(sold_in(region) for region in ("all", SHANGHAI, BEIJING))
    assert THEFT not in [item.code for item in catalogue(AT)]


def test_nobody_sees_or_buys_it_by_its_address(client: Client) -> None:
    published_version()
    published_version(THEFT)
    assert client.get(reverse("products:product", args=[THEFT])).status_code == 404
    assert THEFT not in client.get(reverse("products:catalogue")).content.decode()
    answer = client.post(
        reverse("policies:quote_create"), {"product": THEFT, "plan": "basic", "people": "1", "two_factor": "yes"}
    )
    assert answer.status_code in {400, 404}


def test_one_region_is_switched_on_alone_and_only_within_the_file() -> None:
    published_version(THEFT)
    switch(True, SHANGHAI)
    assert [sold_in(region) for region in ("all", SHANGHAI, ZHEJIANG)] == [False, True, False]
    switch(True, BEIJING)
    assert not sold_in(BEIJING), "its file names other regions"


def test_switched_on_everywhere_a_region_may_still_be_off() -> None:
    published_version(THEFT)
    switch(True)
    switch(False, ZHEJIANG)
    assert [sold_in(region) for region in ("all", SHANGHAI, ZHEJIANG)] == [True, True, False]


def test_a_later_version_leaves_the_switch_as_it_is() -> None:
    published_version(THEFT)
    switch(True)
    second = load_product(source=changed(shipped(THEFT), ("version", "2")), by=LOADER, at=AT).version
    publish(second, by=PRODUCT_MANAGER)
    assert sold_in("all")


def test_other_products_have_no_switch() -> None:
    published_version(GUARD)
    assert not SaleSwitch.objects.exists()
    assert GUARD in [item.code for item in catalogue(clock.now())]

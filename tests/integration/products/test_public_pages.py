"""Pages kept whole: the same for everybody, gone as soon as what they show changes."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from insureweb.kernel import clock
from insureweb.kernel.localized import Localized
from products import generation
from products.models import RegionsFrom
from products.selectors import ProductNotOnSale, version_on_sale
from products.services.insurers import change_insurer
from products.services.versions import set_sale_switch
from tests.factories.products import AT, GUARD, PRODUCT_MANAGER, published_version, whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_generation() -> Iterator[None]:
    generation.forget()
    with translation.override("zh-hans"):
        yield
    generation.forget()


def test_a_warm_page_needs_no_query_and_is_the_same(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole_catalogue()
    for url in (reverse("products:catalogue"), reverse("products:product", args=[GUARD]), "/en/products/"):
        first = client.get(url)
        with django_assert_num_queries(0):
            again = client.get(url)
        assert again.content == first.content
        assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
        assert "X-Request-ID" not in again.headers, "answered before the rest of the stack"
    with django_assert_num_queries(0):
        assert Client().get(reverse("products:catalogue")).status_code == 200


def test_languages_and_filters_are_different_pages(client: Client) -> None:
    whole_catalogue()
    pages = {client.get(url).content for url in ("/products/", "/en/products/", "/products/?for=home", "/products/?")}
    assert len(pages) == 3


def test_odd_queries_are_never_kept(client: Client) -> None:
    whole_catalogue()
    odd = "for=nobody utm=1 for=home&for=self for=home&x=1 for=home&category=home q=home for= q="
    for query in odd.split():
        url = f"{reverse('products:catalogue')}?{query}"
        assert "X-Request-ID" in client.get(url).headers, query
        assert "X-Request-ID" in client.get(url).headers, query


def test_a_renamed_insurer_is_on_every_shelf_and_page(client: Client) -> None:
    """Drawn pieces are kept by what they say, not only by the frozen versions."""
    insurer = published_version().product.insurer
    urls = [reverse("products:catalogue"), f"{reverse('products:catalogue')}?for=self",
            reverse("products:product", args=[GUARD])]  # fmt: skip
    assert not any("Quiet Water" in client.get(url).content.decode() for url in urls)
    name = Localized(zh_hans="Quiet Water", en=insurer.name.en)
    change_insurer(insurer=insurer, name=name, short_name=name, sale_regions=["all"], regions_from=RegionsFrom.LIST,
                   by=PRODUCT_MANAGER, at=AT, reason="Renamed in one language")  # fmt: skip
    assert all("Quiet Water" in client.get(url).content.decode() for url in urls)


def test_a_query_that_means_nothing_changes_nothing(client: Client) -> None:
    published_version()
    plain, tracked = (client.get(reverse("products:product", args=[GUARD]) + query) for query in ("", "?utm=letter"))
    assert tracked.content.decode().replace("?utm=letter", "") == plain.content.decode()


def test_a_page_drawn_anew_asks_nothing_once_the_list_is_known(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole_catalogue()
    client.get(reverse("products:catalogue"))
    for number in range(3):
        with django_assert_num_queries(0):
            client.get(f"{reverse('products:catalogue')}?fresh={number}")
            client.get(f"{reverse('products:product', args=[GUARD])}?fresh={number}")


def test_a_switch_is_seen_by_the_next_visitor(client: Client) -> None:
    versions = whole_catalogue()
    url = reverse("products:catalogue")
    product = next(version.product for version in versions if version.product.code == GUARD)
    assert reverse("products:product", args=[GUARD]) in client.get(url).content.decode()
    set_sale_switch(product=product, is_on=False, by=PRODUCT_MANAGER, at=AT, reason="Stop")
    assert reverse("products:product", args=[GUARD]) not in client.get(url).content.decode()
    assert client.get(reverse("products:product", args=[GUARD])).status_code == 404


def test_what_the_shop_shows_is_known_without_a_query_until_it_changes(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    versions = whole_catalogue()
    at = clock.now()
    client.get(reverse("products:catalogue"))
    with transaction.atomic(), django_assert_num_queries(0):
        known = version_on_sale(GUARD, at)
    assert known in versions
    with transaction.atomic():
        set_sale_switch(product=known.product, is_on=False, by=PRODUCT_MANAGER, at=at, reason="Stop")
        with pytest.raises(ProductNotOnSale):
            version_on_sale(GUARD, at)
        transaction.set_rollback(True)
    assert version_on_sale(GUARD, at) == known
    set_sale_switch(product=known.product, is_on=False, by=PRODUCT_MANAGER, at=at, reason="Stop")
    with pytest.raises(ProductNotOnSale):
        version_on_sale(GUARD, at)


def test_an_emptied_cache_changes_nothing(client: Client) -> None:
    whole_catalogue()
    url = reverse("products:catalogue")
    before = client.get(url).content
    cache.clear()
    generation.forget()
    assert client.get(url).content == before


def test_a_foreign_host_is_refused(client: Client) -> None:
    whole_catalogue()
    client.get("/products/")
    assert client.get("/products/", headers={"host": "evil.example"}).status_code == 400

"""Every product has a drawing of its own sort, on its card, on its page and on the first page."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from products.rules.definition import PICTURES
from products.selectors import catalogue
from tests.factories.products import AT, whole_catalogue

pytestmark = pytest.mark.django_db
DRAWING = re.compile(r'<svg class="picture".*?</svg>', re.DOTALL)


def test_every_picture_a_file_may_name_is_drawn_and_none_twice() -> None:
    drawn = [render_to_string(f"products/pictures/{name}.html") for name in PICTURES]
    assert all(DRAWING.fullmatch(one.strip()) for one in drawn)
    assert len(set(drawn)) == len(PICTURES)


def test_a_product_wears_its_picture_on_its_card_and_on_its_page(client: Client) -> None:
    whole_catalogue()
    shelf = DRAWING.findall(client.get(reverse("products:catalogue")).content.decode())
    items = catalogue(AT)
    assert len(shelf) == len(items)
    for item, card in zip(items, shelf, strict=True):
        own = render_to_string(f"products/pictures/{item.definition.shop.picture}.html").strip()
        assert card == own
        assert own in client.get(reverse("products:product", args=[item.code])).content.decode()


def test_the_first_page_starts_with_products_of_different_sorts(client: Client) -> None:
    whole_catalogue()
    drawn = DRAWING.findall(client.get("/").content.decode())
    assert len(drawn) == len(set(drawn)) == 3

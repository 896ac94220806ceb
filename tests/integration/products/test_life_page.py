"""Cash values on a product's page, and the life basis beside the steps of the price."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from products.cash_values import cash_value_table
from products.compiled import compiled
from tests.factories.products import published_version

pytestmark = pytest.mark.django_db
WHOLE, LEVEL = "anlan-whole-life", "anlan-level-term"
MAN_OF_30 = {"age": "30", "sex": "male", "pay_years": "20", "sum_insured": "300000"}


def page(
    client: Client, code: str, query: dict[str, str] | None = None, language: str = "zh-hans", **headers: str
) -> str:
    published_version(code)
    with translation.override(language):
        url = reverse("products:product" if not headers else "products:price", args=[code])
    return client.get(url, query or {}, headers=headers or None).content.decode()


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the cash value tables, without tags."""
    section = re.search(r'id="cash-values".*?</section>', text, re.DOTALL)
    assert section is not None
    found = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", section[0], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in (head, *re.findall(r"<td.*?>(.*?)</td>", cells))]
        for head, cells in found
    ]


def test_cash_values_stand_on_the_page_without_javascript(client: Client) -> None:
    text = page(client, WHOLE, MAN_OF_30)
    found = rows(text)
    some, every = found[:-76], found[-76:]
    assert [int(row[0].split()[0]) for row in some] == [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 76]
    assert [int(row[0].split()[0]) for row in every] == list(range(1, 77))
    assert every[0][1:] == ["¥7,727.70", "¥428.89"]
    assert every[19][1:] == ["¥154,554.00", "¥96,930.74"]
    assert every[75][1:] == ["¥154,554.00", "¥300,000.00"]
    assert "<details" in text


def test_they_follow_the_calculator(client: Client) -> None:
    fragment = page(client, WHOLE, MAN_OF_30 | {"sum_insured": "100000"}, **{"hx-request": "true"})
    assert 'id="cash-values" hx-swap-oob="true"' in fragment
    assert rows(fragment)[0][2] == "¥142.96"


def test_a_product_without_them_says_nothing(client: Client) -> None:
    assert "cash-values" not in page(client, "anlan-term-life")


def test_the_words_say_when_it_is_a_loss(client: Client) -> None:
    assert "It is always less than what you paid in." in page(client, LEVEL, language="en")
    product = compiled(published_version(WHOLE))
    facts = product.read_facts(MAN_OF_30)
    table = cash_value_table(product, facts)
    assert table is not None
    assert table.breaks_even is not None
    before = table.all[table.breaks_even.year - 2]
    assert before.cash_value < before.paid
    text = page(client, WHOLE, MAN_OF_30, language="en")
    assert f"Before the end of year {table.breaks_even.year} it is less than what you paid in." in text


def test_before_every_answer_is_there_no_amounts(client: Client) -> None:
    text = page(client, WHOLE, MAN_OF_30 | {"age": "99"}, language="en")
    assert rows(text) == []


def test_the_rates_page_says_what_the_premium_rests_on(client: Client) -> None:
    published_version(WHOLE)
    with translation.override("en"):
        text = client.get(reverse("products:rates", args=[WHOLE])).content.decode()
    assert "CL2-2025-M" in text
    assert "2% a year" in text
    assert "45% of the first premium, 8% of each later one" in text
    assert "4% a year; 80% of the policy value at first" in text

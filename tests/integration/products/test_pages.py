"""The shop's pages: what they show, what they cost, what bad input does to them."""

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from insureweb.kernel import clock
from products import compiled as compiled_products
from products.selectors import catalogue, similar
from tests.factories.products import GUARD, published_version, whole_catalogue

pytestmark = pytest.mark.django_db

NAUGHTY = [
    "\x00", "30\x00", "-1", "1e9", "9" * 400, "NaN", "Infinity", "0x1F", "1,2,3", "３０", "三十", "<script>",
    "'; DROP TABLE x", "\u202e30", "\U0001f600", "30.0000000001", "null", "[]", "{}", "%00",
    "../../etc/passwd", "\n", " " * 300, "١٢",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Addresses without a language are Chinese, whatever the test before left behind."""
    with translation.override("zh-hans"):
        yield


def product_url(code: str = GUARD) -> str:
    return reverse("products:product", args=[code])


def price_url(code: str = GUARD) -> str:
    return reverse("products:price", args=[code])


def test_catalogue_lists_every_product_with_a_price(client: Client) -> None:
    published = {version.product.code for version in whole_catalogue()}
    page = client.get(reverse("products:catalogue")).content.decode()
    sold = {item.code for item in catalogue(clock.now())}
    assert published - sold == {"anlan-account-theft"}, "its sale is switched off at first"
    for code in sold:
        assert product_url(code) in page
    assert "83.50" in page
    assert page.count("money--price") == len(sold)


@pytest.mark.parametrize("everything", [False, True])
def test_catalogue_needs_at_most_two_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, everything: bool
) -> None:
    if everything:
        whole_catalogue()
    else:
        published_version()
    compiled_products.forget_all()
    with django_assert_max_num_queries(2):
        client.get(reverse("products:catalogue"))
    with django_assert_max_num_queries(1):
        client.get(reverse("products:catalogue"))


def test_catalogue_filters(client: Client) -> None:
    whole_catalogue()
    url = reverse("products:catalogue")
    homes = client.get(url, {"for": "home"}).content.decode()
    assert product_url("anlan-home") in homes
    assert product_url(GUARD) not in homes
    life = client.get(url, {"insurer": "anlan-life", "category": "life"}).content.decode()
    assert product_url("anlan-term-life") in life
    assert product_url("anlan-accident") not in life
    nobody = client.get(url, {"for": "home", "category": "life"})
    assert nobody.status_code == 200
    assert 'class="empty"' in nobody.content.decode()


def test_filters_combine_and_count_what_each_choice_leaves(client: Client) -> None:
    whole_catalogue()
    url = reverse("products:catalogue")
    answer = client.get(url, {"for": "parents", "budget": "100"})
    page = answer.content.decode()
    shown = set(re.findall(r'pick__name"><a href="/products/([a-z-]+)/"', page))
    items = catalogue(clock.now())
    fitting = {item.code for item in items if "parents" in item.definition.audience and item.from_price <= 100}
    assert shown == fitting
    assert shown < {item.code for item in items}
    (life,) = re.findall(r'<option value="life"[^>]*>[^<]*\((\d+)\)', page)
    assert int(life) == sum(item.definition.category == "life" for item in items if item.code in fitting)
    (dear,) = re.findall(r'<option value="10000"[^>]*>[^<]*\((\d+)\)', page)
    parents = [item for item in items if "parents" in item.definition.audience]
    assert int(dear) == sum(item.from_price <= 10_000 for item in parents), "a filter does not count against itself"


def test_each_filter_in_force_can_be_taken_away_alone(client: Client) -> None:
    whole_catalogue()
    page = client.get(
        reverse("products:catalogue"), {"q": "住院", "for": "parents", "need": "medical"}
    ).content.decode()
    hrefs = {html.unescape(href) for href in re.findall(r'class="taken" href="([^"]*)"', page)}
    assert {
        "?for=parents&need=medical",
        "?q=%E4%BD%8F%E9%99%A2&need=medical",
        "?q=%E4%BD%8F%E9%99%A2&for=parents",
    } == hrefs


def test_search_finds_ranks_and_marks(client: Client) -> None:
    whole_catalogue()
    page = client.get(reverse("products:catalogue"), {"q": "重疾险"}).content.decode()
    assert page.index(product_url("anlan-critical-illness")) < page.index(product_url("anlan-medical"))
    assert "<mark>重大疾病</mark>" in page
    assert product_url("anlan-home") not in page


def test_nothing_found_leads_on(client: Client) -> None:
    whole_catalogue()
    page = client.get(reverse("products:catalogue"), {"q": "宇宙飞船<b>"}).content.decode()
    assert 'class="empty"' in page
    assert "?category=life" in page
    assert "tel:" in page
    assert "<b>”" not in page, "what was typed is shown as text"
    assert f'<b class="number">{settings.BRAND["phone"]}</b>' in page, "a person can be asked"


def test_a_search_needs_one_query_more(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    whole_catalogue()
    client.get(reverse("products:catalogue"))
    with django_assert_max_num_queries(2):
        client.get(reverse("products:catalogue"), {"q": "重疾险", "for": "self"})


@pytest.mark.parametrize("value", [*NAUGHTY, "重" * 10_000, "' | 'a", "a:*b", "!(&"])
@pytest.mark.parametrize("field", ["q", "for", "need", "budget", "category", "insurer", "differ", "with"])
def test_odd_input_never_breaks_the_catalogue(client: Client, field: str, value: str) -> None:
    published_version()
    allowed = {200, 400} if "\x00" in value else {200}
    assert client.get(reverse("products:catalogue"), {field: value}).status_code in allowed
    assert client.get(reverse("products:compare"), {field: value}).status_code in allowed


def test_product_page_shows_price_table_and_exclusions_in_both_languages(client: Client) -> None:
    published_version()
    chinese = client.get(product_url()).content.decode()
    assert "174.25" in chinese
    assert "安澜守护" in chinese
    assert "酒后驾驶" in chinese
    with translation.override("en"):
        english = client.get(product_url()).content.decode()
    assert "Anlan Guard" in english
    assert "Driving after drinking" in english
    assert "安澜守护" not in english
    assert "csrfmiddlewaretoken" not in chinese


def test_product_page_queries_do_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    whole_catalogue()
    compiled_products.forget_all()
    with django_assert_max_num_queries(4):
        client.get(product_url())


def test_price_without_javascript_is_the_whole_page(client: Client) -> None:
    published_version()
    page = client.get(product_url(), {"plan": "premium", "plan_shown": "standard", "age": "30", "occupation_class": "2",
                                      "sum_insured": "200000", "daily_cash": "100"}).content.decode()  # fmt: skip
    assert "417.50" in page, "a plan just chosen brings its own sums"
    assert "<html" in client.get(price_url()).content.decode()


def test_price_fragment_explains_itself(client: Client) -> None:
    published_version()
    facts = {"age": "41", "occupation_class": "1", "sum_insured": "300000", "daily_cash": "100"}
    query = {"plan": "standard", "plan_shown": "standard", **facts}
    answer = client.get(price_url(), query, headers={"hx-request": "true"})
    text = answer.content.decode()
    assert "468.00" in text
    assert "497.00" in text
    assert "每万元 15.60 元" in text
    assert "<html" not in text
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_a_price_has_an_address_that_gives_it_again(client: Client) -> None:
    published_version()
    facts = {"plan": "premium", "age": "41", "occupation_class": "2", "sum_insured": "300000", "daily_cash": "100"}
    page = client.get(product_url(), facts | {"odd": "x", "product": GUARD}).content.decode()
    (address,) = re.findall(r'id="share-link" value="([^"]*)"', page)
    shared = parse_qs(urlsplit(html.unescape(address)).query)
    assert {key: value[0] for key, value in shared.items()} == facts
    again = client.get(urlsplit(html.unescape(address)).path, {key: value[0] for key, value in shared.items()})
    total = re.compile(r'money--price"[^>]*>(?:<[^>]*>[^<]*</[^>]*>)?([\d,.]+)')
    assert total.findall(again.content.decode()) == total.findall(page) != []
    fragment = client.get(price_url(), facts, headers={"hx-request": "true"}).content.decode()
    assert f'value="{address}" readonly hx-swap-oob' in fragment


def test_without_a_price_there_is_no_link(client: Client) -> None:
    published_version()
    page = client.get(product_url(), {"age": "17"}).content.decode()
    assert 'id="share-link" value=""' in page


def test_bad_answers_are_named_and_kept(client: Client) -> None:
    published_version()
    page = client.get(product_url(), {"age": "17", "occupation_class": "2"}).content.decode()
    assert 'value="17"' in page
    assert "data-error-summary" in page
    assert 'href="#fact-age"' in page
    fragment = client.get(price_url(), {"age": "17"}, headers={"hx-request": "true"})
    assert fragment.status_code == 200
    assert "#fact-age" in fragment.content.decode()


@pytest.mark.parametrize("value", NAUGHTY)
@pytest.mark.parametrize(
    "field", ["age", "occupation_class", "sum_insured", "plan", "plan_shown", "product", "odd\x00name"]
)
def test_odd_input_never_breaks_the_price(client: Client, field: str, value: str) -> None:
    published_version()
    answer = client.get(price_url(), {field: value}, headers={"hx-request": "true"})
    allowed = {200, 400} if "\x00" in field + value else {200}
    assert answer.status_code in allowed
    assert client.get(product_url(), {field: value}).status_code in allowed


@pytest.mark.parametrize("path", ["/products/none/", "/products/none/price/", "/products/%00/", "/products/A%20B/"])
def test_unknown_products_are_not_found(client: Client, path: str) -> None:
    published_version()
    assert client.get(path).status_code == (400 if "%00" in path else 404)


def test_wording_has_an_anchor_for_every_clause_the_page_names(client: Client) -> None:
    version = published_version()
    page = client.get(product_url()).content.decode()
    wording = client.get(reverse("products:wording", args=[GUARD, "terms"])).content.decode()
    product = compiled_products.compiled(version)
    for statement in (*product.definition.covered, *product.definition.not_covered):
        if statement.clause:
            assert f"#clause-{statement.clause}" in page
            assert f'id="clause-{statement.clause}"' in wording
    assert client.get(f"/products/{GUARD}/wordings/none/").status_code == 404


def test_rates_page_shows_tables_and_steps(client: Client) -> None:
    published_version()
    page = client.get(reverse("products:rates", args=[GUARD])).content.decode()
    assert "59.2" in page
    assert "138.00" in page


def test_the_rates_page_says_how_each_price_is_rounded(client: Client) -> None:
    pages = {}
    for code in (GUARD, "anlan-whole-life"):
        published_version(code)
        with translation.override("en"):
            pages[code] = client.get(reverse("products:rates", args=[code])).content.decode()
    assert "rounded half up to 2 decimal places" in pages[GUARD]
    assert re.search(r"\.\d{10}…<", pages["anlan-whole-life"])
    assert not re.search(r"\.\d{11}", pages["anlan-whole-life"])


@pytest.mark.parametrize(("prefix", "words"), [("", ("100 万元", "女")), ("/en", ("CNY 1,000,000", "Female"))])
def test_rate_tables_speak_the_calculators_words(client: Client, prefix: str, words: tuple[str, str]) -> None:
    motor, illness = "anlan-motor-voluntary", "anlan-critical-illness"
    published_version(motor)
    published_version(illness)
    pages = [client.get(f"{prefix}/products/{code}/rates/").content.decode() for code in (motor, illness)]
    for page, word in zip(pages, words, strict=True):
        assert f"<td>{word}</td>" in page
    assert "<td>1000000</td>" not in pages[0]
    assert "<td>&gt; 1.0, ≤ 1.6</td>" in pages[0]
    assert "<td>female</td>" not in pages[1]


def test_similar_products_share_a_benefit_or_the_line_of_business() -> None:
    whole_catalogue()
    items = {item.code: item for item in catalogue(clock.now())}
    everything = tuple(items.values())
    assert [item.code for item in similar(items["anlan-motor-voluntary"], everything)] == ["anlan-motor-compulsory"]
    assert similar(items["anlan-return-freight"], everything) == ()


def test_a_cover_that_is_not_taken_says_so_and_nothing_renews_a_trip(client: Client) -> None:
    published_version("anlan-neighbour")
    published_version("anlan-travel")
    with translation.override("en"):
        neighbour, travel = (
            client.get(product_url(code)).content.decode() for code in ("anlan-neighbour", "anlan-travel")
        )
    assert ">not chosen</td>" in neighbour
    assert "¥0<" not in neighbour
    assert "0 days before the end" not in travel


def test_comparison_prices_everybody_for_the_same_person(client: Client) -> None:
    whole_catalogue()
    url = reverse("products:compare")
    page = client.get(url, {"with": [GUARD, "anlan-term-life", "anlan-hospital-cash"], "age": "30"}).content.decode()
    assert "174.25" in page
    assert page.count("138.00") == 1, "the sum the two life products share is the same for both"
    old = client.get(url, {"with": [GUARD, "anlan-hospital-cash"], "age": "70"}).content.decode()
    assert "108.75" in old


def test_comparison_keeps_only_what_differs_and_carries_the_person(client: Client) -> None:
    whole_catalogue()
    url, pair = reverse("products:compare"), {"with": [GUARD, "anlan-term-life"], "age": "45"}
    every = client.get(url, pair).content.decode()
    different = client.get(url, pair | {"differ": "yes"}).content.decode()
    assert "versus__cooling_off" in every
    assert "versus__cooling_off" not in different, "fifteen days for both"
    assert "versus__kind" in different
    links = [html.unescape(href) for href in re.findall(rf'href="({product_url()}\?[^"]*)"', every)]
    assert all("age=45" in href for href in links)
    assert links


def test_comparison_says_who_is_outside(client: Client) -> None:
    whole_catalogue()
    page = client.get(
        reverse("products:compare"), {"with": [GUARD, "anlan-hospital-cash"], "age": "80"}
    ).content.decode()
    prices = page[page.index("versus__price") : page.index("versus__paid")]
    assert prices.count("<td") == 2
    assert prices.count('class="soft"') == 1


SELECTIONS = [
    [], [GUARD], ["none", "\x00"], [GUARD] * 9,
    ["anlan-home", GUARD, "anlan-medical", "anlan-accident", "anlan-term-life"],
]  # fmt: skip


@pytest.mark.parametrize("codes", SELECTIONS)
def test_comparison_survives_any_selection(client: Client, codes: list[str]) -> None:
    whole_catalogue()
    answer = client.get(reverse("products:compare"), {"with": codes, "age": "\u202e30"})
    assert answer.status_code in ({200, 400} if "\x00" in codes else {200})

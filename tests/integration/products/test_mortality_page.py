"""Mortality tables in the back office: the list, the page with its picture, and nothing to change."""

import itertools
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from products.mortality_chart import chart_of
from products.services.mortality import load_shipped_tables
from tests.factories.customers import colleague, sign_in
from tests.factories.products import AT, LOADER

pytestmark = pytest.mark.django_db
CODE = "CL2-2025-M"


@pytest.fixture
def desk(client: Client) -> Client:
    load_shipped_tables(by=LOADER, at=AT)
    return sign_in(client, colleague("product_manager").user)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "non-pension business 1, male"), ("zh-hans", "非养老类业务一表，男")]
)
def test_list_and_page_in_both_languages(desk: Client, language: str, words: str) -> None:
    with override(language):
        listed = desk.get(reverse("admin:products_mortalitytable_changelist")).content.decode()
        page = desk.get(reverse("admin:products_mortalitytable_change", args=[CODE])).content.decode()
    assert CODE in listed
    assert words in page
    assert "0.000587" in page
    assert len(re.findall(r"<polyline points=\"([^\"]+)\"", page)[0].split()) == 106


def test_nobody_adds_or_changes_one(desk: Client) -> None:
    with override("en"):
        assert desk.get(reverse("admin:products_mortalitytable_add")).status_code == 403
        page = reverse("admin:products_mortalitytable_change", args=[CODE])
        assert desk.post(page, {"code": "OTHER"}).status_code in (403, 405)
        assert desk.post(reverse("admin:products_mortalitytable_delete", args=[CODE])).status_code == 403


def test_the_list_costs_the_same_with_more_rows(desk: Client, django_assert_max_num_queries: object) -> None:
    with override("en"):
        url = reverse("admin:products_mortalitytable_changelist")
    desk.get(url)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        desk.get(url)


def test_the_line_rises_with_the_logarithm_of_the_rate() -> None:
    chart = chart_of(60, ["0.001", "0.01", "0.1", "1"])
    points = [tuple(map(float, point.split(","))) for point in chart.points.split()]
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [y for _, y in points]
    steps = [before - after for before, after in itertools.pairwise(heights)]
    assert max(steps) - min(steps) < 0.15 < min(steps)
    assert [mark.text for mark in chart.rates] == ["0.001", "0.01", "0.1", "1"]


@pytest.mark.parametrize("rates", [["0", "0"], ["1"], ["0.00000001", "1"]])
def test_odd_tables_have_a_picture_too(rates: list[str]) -> None:
    assert chart_of(0, rates).height > 0

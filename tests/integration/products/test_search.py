"""Finding products by words, in PostgreSQL: synonyms, ranking, highlights, and what odd input does."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from products.models import SearchDocument
from products.search import Found, find
from products.selectors import catalogue
from products.services.loading import load_product
from products.services.search import index_products
from tests.factories.products import (
    AT,
    GUARD,
    LOADER,
    changed,
    draft_version,
    published_version,
    shipped,
    whole_catalogue,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def looked_for(text: str) -> Found:
    return find(text, catalogue(AT))


def codes(text: str) -> list[str]:
    return [item.code for item in looked_for(text).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("重疾险", "anlan-critical-illness"),
        ("重大疾病", "anlan-critical-illness"),
        ("癌症", "anlan-critical-illness"),
        ("医疗险", "anlan-medical"),
        ("百万医疗", "anlan-medical"),
        ("家财险", "anlan-home"),
        ("水管爆裂", "anlan-home"),
        ("critical illness", "anlan-critical-illness"),
        ("burst pipes", "anlan-home"),
        ("house insurance", "anlan-home"),
        ("住院", "anlan-medical"),
        ("Hospital bills", "anlan-medical"),
        ("员工 医疗", "anlan-group"),
        ("应收账款", "anlan-trade-credit"),
        ("仓库", "anlan-enterprise-property"),
    ],
)
def test_the_right_product_comes_first(text: str, first: str) -> None:
    whole_catalogue()
    assert codes(text)[0] == first


def test_products_of_the_same_sort_come_together() -> None:
    whole_catalogue()
    assert set(codes("定期寿险")[:2]) == {"anlan-term-life", GUARD}


@pytest.mark.parametrize("text", ["住院", "意外险", "hospital", "accident", "火灾"])
def test_what_a_person_can_buy_stands_before_what_only_companies_buy(text: str) -> None:
    whole_catalogue()
    sold_to_companies = [item.definition.audience == ("company",) for item in looked_for(text).items]
    assert sold_to_companies == sorted(sold_to_companies)
    assert any(sold_to_companies), "a company finds them all the same"


@pytest.mark.parametrize("text", ["团险", "公司 意外险", "staff"])
def test_a_company_that_says_so_finds_its_own_first(text: str) -> None:
    whole_catalogue()
    assert codes(text)[0] == "anlan-group"


def test_every_name_for_grave_illness_finds_the_same() -> None:
    whole_catalogue()
    assert codes("重疾险") == codes("重大疾病") == codes("大病险") == codes("critical illness")


def test_what_is_excluded_is_not_found() -> None:
    whole_catalogue()
    assert "anlan-home" not in codes("地震")


def test_every_word_counts_and_failing_that_some() -> None:
    whole_catalogue()
    both = looked_for("父母 医疗险")
    assert both.exact
    assert "anlan-home" not in [item.code for item in both.items]
    some = looked_for("医疗险 宇宙飞船")
    assert not some.exact
    assert some.items
    assert looked_for("宇宙飞船").items == ()


def test_words_that_say_nothing_ask_nothing(django_assert_num_queries) -> None:
    whole_catalogue()
    items = catalogue(AT)
    with django_assert_num_queries(0):
        found = find("保险", items)
    assert not found.is_asked
    assert len(found.items) == len(items)


def test_one_query_whatever_the_number_of_products(django_assert_num_queries) -> None:
    whole_catalogue()
    items = catalogue(AT)
    with django_assert_num_queries(1):
        find("重疾险", items)


@pytest.mark.parametrize(
    "text",
    ["\x00", "重\x00疾", "'", "' | 'a", "a & | ! <-> b", ":*", "(((", "\\", "重疾险" * 4_000, "x" * 10_000, "\u202e",
     "\ud83d", "category:motor", "%", "ʼ", "Ω µ ſ", "１２３", "🚗", "--", "重疾险 & !车险"],
)  # fmt: skip
def test_odd_words_are_only_words(text: str) -> None:
    whole_catalogue()
    found = looked_for(text)
    assert len(found.asked) <= 80


def test_a_draft_has_its_document_and_a_changed_draft_another() -> None:
    version = draft_version()
    before = SearchDocument.objects.get(version=version)
    again = load_product(source=changed(shipped(), ("name.en", "Zebra Guard")), by=LOADER, at=AT).version
    after = SearchDocument.objects.get(version=again)
    assert again.pk == version.pk
    assert before.content_hash != after.content_hash
    assert "zebra" in after.terms


def test_documents_are_made_again_from_nothing() -> None:
    published_version()
    SearchDocument.objects.all().delete()
    assert codes("寿险") == []
    assert index_products(by=LOADER, at=AT) == 1
    assert codes("寿险") == [GUARD]


def test_the_document_names_its_content() -> None:
    version = published_version()
    with pytest.raises(IntegrityError, match="search_document_names_its_content"), transaction.atomic():
        SearchDocument.objects.filter(version=version).update(content_hash="x")


def test_the_index_is_used_when_there_is_much_to_look_through() -> None:
    whole_catalogue()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM products_searchdocument WHERE terms @@ '''重疾'''::tsquery")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_document_terms" in plan

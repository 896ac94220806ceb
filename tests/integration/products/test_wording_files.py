"""Wordings as PDF files and the public information about a product."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from products import wording_pdf as module
from products.compiled import compiled
from products.models import Insurer, RegionsFrom
from products.selectors import catalogue, sale_regions
from products.services.insurers import change_insurer
from products.services.loading import load_product
from products.services.versions import roll_back
from tests.factories.products import (
    AT,
    GUARD,
    LOADER,
    PRODUCT_MANAGER,
    changed,
    publish,
    published_version,
    shipped,
    whole_catalogue,
)

pytestmark = pytest.mark.django_db


def address(name: str, *args: str, language: str = "en") -> str:
    with override(language):
        return reverse(f"products:{name}", args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_wording_comes_as_a_pdf_and_is_typeset_once(client: Client, language: str, monkeypatch) -> None:
    cache.clear()
    published_version()
    made = []
    typeset = module._typeset
    monkeypatch.setattr(module, "_typeset", lambda *args: made.append(1) or typeset(*args))
    answers = [client.get(address("wording_file", GUARD, "terms", language=language)) for _number in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["Content-Type"] == "application/pdf"
    assert f"{GUARD}-terms-{language}.pdf" in answers[0]["Content-Disposition"]
    assert answers[0].content == answers[1].content
    assert answers[0].content.startswith(b"%PDF-")
    assert len(answers[0].content) > 20_000
    assert made == [1]
    assert "attachment" not in answers[0]["Content-Disposition"]


def test_the_same_content_gives_the_same_bytes_and_another_language_others() -> None:
    version = published_version()
    definition = compiled(version).definition
    wording = definition.wordings[0]
    first = module._typeset(version, definition, wording, "zh-hans")
    assert module._typeset(version, definition, wording, "zh-hans") == first
    assert module._typeset(version, definition, wording, "en") != first


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_wording_can_be_printed_and_loses_no_word(language: str) -> None:
    for version in whole_catalogue():
        definition = compiled(version).definition
        for wording in definition.wordings:
            assert module._typeset(version, definition, wording, language).startswith(b"%PDF-")
            for clause in wording.clauses:
                printed = module._clause(clause, language)
                lines = [line for block in printed["blocks"] for line in block["lines"]]
                words = "".join(run["text"] for line in lines for run in line)
                assert _letters(words) == _letters(clause.body.get(language))


def _letters(text: str) -> str:
    return "".join(mark for mark in text if mark.isalnum())


def test_exclusions_are_printed_bold() -> None:
    definition = compiled(published_version()).definition
    (clause,) = (clause for clause in definition.wordings[0].clauses if clause.number == "2.5.1")
    runs = [run for block in module._clause(clause, "zh-hans")["blocks"] for line in block["lines"] for run in line]
    assert {run["bold"] for run in runs} == {"bold"}


def test_there_is_no_file_of_what_is_not_there(client: Client) -> None:
    published_version()
    assert client.get(address("wording_file", GUARD, "rates")).status_code == 404
    assert client.get(address("wording_file", "anlan-nothing", "terms")).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_tells_what_is_public(client: Client, language: str) -> None:
    points = {"points": [{"title": {"zh-hans": "\u670d\u52a1", "en": "Service"},
                          "text": {"zh-hans": "\u5168\u5e74\u65e0\u4f11", "en": "Open <all> year"}}]}  # fmt: skip
    published_version()
    new = publish(load_product(source=changed(shipped(), ("version", "2026-05"), ("disclosure", points)),
                               by=LOADER, at=AT).version)  # fmt: skip
    page = client.get(address("disclosure", GUARD, language=language))
    content = page.content.decode()
    assert page.status_code == 200
    definition = compiled(new).definition
    assert definition.filing
    assert definition.filing.number in content
    assert definition.filing.actuary not in content
    assert "91310000MA1ALANL1N" in content
    assert {"zh-hans": "\u5168\u5e74\u65e0\u4f11", "en": "Open &lt;all&gt; year"}[language] in content
    # Both versions ever sold stand there.
    rows = [content.index(f'<th scope="row">{name}</th>') for name in ("2026-05", "2024-09")]
    assert rows == sorted(rows)
    roll_back(product=new.product, by=PRODUCT_MANAGER, at=AT, reason="A mistake")
    assert "2026-05" in client.get(address("disclosure", GUARD, language=language)).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_reader_of_either_language_is_led_to_the_text_that_counts(client: Client, language: str) -> None:
    published_version()
    for page in ("wording", "disclosure"):
        args = (GUARD, "terms") if page == "wording" else (GUARD,)
        content = client.get(address(page, *args, language=language)).content.decode()
        for paper in ("zh-hans", "en"):
            assert f'href="{address("wording_file", GUARD, "terms", language=paper)}"' in content


def test_a_product_is_sold_where_its_file_and_its_insurer_agree(client: Client) -> None:
    published_version()
    assert "all provinces of the mainland" in client.get(address("disclosure", GUARD)).content.decode()
    publish(load_product(source=changed(shipped(), ("version", "2026-05"), ("sale.regions", ["310000", "320000"])),
                         by=LOADER, at=AT).version)  # fmt: skip
    insurer = Insurer.objects.get(code="anlan-life")
    change_insurer(insurer=insurer, name=insurer.name, short_name=insurer.short_name, regions_from=RegionsFrom.LIST,
                   sale_regions=["110000", "310000"], by=PRODUCT_MANAGER, at=AT, reason="Two branches")  # fmt: skip
    (item,) = catalogue(AT)
    assert sale_regions(item, AT) == ("310000",)
    content = client.get(address("disclosure", GUARD)).content.decode()
    assert "Shanghai" in content
    assert "Jiangsu" not in content
    assert "Beijing" not in content


def test_the_product_page_leads_to_both(client: Client) -> None:
    published_version()
    content = client.get(address("product", GUARD)).content.decode()
    assert address("wording_file", GUARD, "terms") in content
    assert address("disclosure", GUARD) in content

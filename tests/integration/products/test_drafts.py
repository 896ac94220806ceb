"""Drafts: begun as copies, changed under an optimistic lock, dumped and loaded to the same hash."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from insureweb.kernel.checks import Refused
from insureweb.kernel.states import NotAllowed
from products.blank import placeholders
from products.models import Product, ProductVersion
from products.rules.document import ProductFileError
from products.services.drafts import change_draft, start_draft, start_product
from products.services.loading import load_product
from products.sources import read_product_file
from tests.factories.products import (
    ADJUSTER,
    AT,
    AUTHOR,
    GUARD,
    LOADER,
    PRODUCT_MANAGER,
    draft_version,
    in_review,
    publish,
    published_version,
    shipped,
)

pytestmark = pytest.mark.django_db
NAME = {"zh-hans": "\u5b89\u6f9c\u65b0\u54c1", "en": "Anlan New"}


def copy(version: ProductVersion, name: str = "2026-05") -> ProductVersion:
    return start_draft(from_version=version, name=name, by=AUTHOR, at=AT)


def tree_of(version: ProductVersion) -> dict[str, Any]:
    tree = ProductVersion.objects.get(pk=version.pk).definition
    assert isinstance(tree, dict)
    return dict(tree)


def change(draft: ProductVersion, seen: str = "", **values: Any) -> ProductVersion:
    return change_draft(
        version=draft, tree=tree_of(draft) | values, seen_hash=seen or draft.content_hash, by=AUTHOR, at=AT
    )


def refusal(act: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **values)
    assert str(caught.value)
    return caught.value.code


def test_a_new_version_begins_as_a_copy_without_its_filing() -> None:
    old = published_version()
    new = copy(old)
    assert (new.state, new.version, new.product_id) == ("draft", "2026-05", old.product_id)
    assert {**tree_of(old), "version": "2026-05"} == {**tree_of(new), "filing": tree_of(old)["filing"]}
    assert refusal(copy, old) == "version_taken"
    with pytest.raises(NotAllowed):
        start_draft(from_version=old, name="x", by=ADJUSTER, at=AT)
    with pytest.raises(ProductFileError):
        copy(old, "a version name far too long for one")


def test_two_editors_lose_nothing() -> None:
    draft = copy(published_version())
    seen = draft.content_hash
    first = change(draft, shop=tree_of(draft)["shop"] | {"order": "11"})
    assert refusal(change, draft, seen, audience=["self"]) == "changed_meanwhile"
    change(first, audience=["self"])
    assert tree_of(draft)["shop"]["order"] == "11"
    assert tree_of(draft)["audience"] == ["self"]


def test_what_a_draft_may_not_become() -> None:
    draft = copy(published_version())
    with pytest.raises(ProductFileError, match=r"terms\.length"):
        change(draft, terms=tree_of(draft)["terms"] | {"length": {"count": "many", "unit": "year"}})
    with pytest.raises(ProductFileError, match="only text"):
        change(draft, name=3)
    assert refusal(change, draft, product="anlan-other") == "other_product"
    assert refusal(change, draft, version="2024-09") == "version_taken"
    assert refusal(change, draft, insurer="anlan-property") == "other_insurer"
    with pytest.raises(NotAllowed):
        change_draft(version=draft, tree=tree_of(draft), seen_hash=draft.content_hash, by=ADJUSTER, at=AT)
    change(draft, filing=tree_of(draft_of_guard())["filing"])
    assert refusal(change, in_review(ProductVersion.objects.get(pk=draft.pk)), audience=["self"]) == "not_a_draft"


def draft_of_guard() -> ProductVersion:
    return Product.objects.get(code=GUARD).versions.get(version="2024-09")


def test_a_new_product_begins_with_a_draft_that_prices() -> None:
    draft = start_product(code="anlan-new", name=NAME, insurer="anlan-life", category="life", by=AUTHOR, at=AT)
    assert draft.product.name.en == "Anlan New"
    assert draft.sale_from == AT.date()
    again = {"code": "anlan-new", "name": NAME, "category": "life", "by": AUTHOR, "at": AT}
    assert refusal(start_product, insurer="anlan-life", **again) == "code_taken"
    assert refusal(start_product, insurer="nobody", **{**again, "code": "anlan-newer"}) == "unknown_insurer"
    with pytest.raises(ProductFileError):
        start_product(insurer="anlan-life", **{**again, "code": "No Code"})
    filed = change(draft, filing=dict(shipped().tree["filing"]))  # type: ignore[arg-type,index]
    assert refusal(publish, filed, by=PRODUCT_MANAGER) == "unwritten", "its texts are placeholders"
    text = json.dumps(filed.definition, ensure_ascii=False)
    for words in placeholders():
        text = text.replace(words, "Words")
    publish(change(filed, **json.loads(text)), by=PRODUCT_MANAGER)


def dumped(*arguments: str) -> str:
    out = io.StringIO()
    call_command("dump_product", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("code", [GUARD, "anlan-home"])
def test_dump_and_load_give_the_same_hash(code: str, tmp_path: Path) -> None:
    version = published_version(code)
    file = tmp_path / "dumped.yaml"
    call_command("dump_product", code, "--out", str(file))
    text = file.read_text(encoding="utf-8")
    assert text == dumped(code, "--version", version.version)
    source = read_product_file(file)
    assert source.definition.content_hash == version.content_hash
    assert load_product(source=source, by=LOADER, at=AT).version.pk == version.pk
    # Source order and both languages: the parts stand where the author wrote them.
    keys = [line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert keys == list(shipped(code).tree)
    assert "zh-hans:" in text
    assert "en:" in text


def test_dump_takes_the_version_on_sale_or_the_newest() -> None:
    with pytest.raises(CommandError, match="no product"):
        dumped("anlan-nothing")
    draft = draft_version()
    assert "version: 2024-09" in dumped(GUARD)
    publish(draft)
    copy(draft, "2026-05")
    assert "version: 2024-09" in dumped(GUARD)
    assert "version: 2026-05" in dumped(GUARD, "--version", "2026-05")
    with pytest.raises(CommandError, match="no version 9"):
        dumped(GUARD, "--version", "9")

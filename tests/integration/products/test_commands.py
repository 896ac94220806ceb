"""manage.py load_product and quote."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from products.models import ProductVersion
from products.sources import CATALOGUE, catalogue_files
from tests.factories.products import GUARD, published_version

pytestmark = pytest.mark.django_db
FACTS = {"age": 30, "occupation_class": "2", "sum_insured": 200000, "daily_cash": 100}
FILE = str(CATALOGUE / f"{GUARD}.yaml")


def run(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def quote(product: str, facts: Any, tmp_path: Path, *more: str) -> Any:
    file = tmp_path / "facts.json"
    file.write_text(facts if isinstance(facts, str) else json.dumps(facts), encoding="utf-8")
    return json.loads(run("quote", product, "--facts", str(file), "--json", *more))


def test_load_everything_and_again() -> None:
    first = run("load_product", "--all", "--publish")
    assert first.count("loaded, published") == len(catalogue_files())
    again = run("load_product", "--all", "--publish")
    assert again.count("unchanged") == len(catalogue_files())
    assert "published" not in again
    assert ProductVersion.objects.filter(state="published").count() == len(catalogue_files())


def test_dry_run_keeps_nothing() -> None:
    assert "Nothing was kept" in run("load_product", FILE, "--dry-run")
    assert not ProductVersion.objects.exists()


def test_a_wrong_file_is_told_with_its_line_and_nothing_is_loaded(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\nproduct: x\nproduct: y\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad.yaml:3: product: the key stands twice"):
        run("load_product", FILE, str(bad))
    assert not ProductVersion.objects.exists()
    with pytest.raises(CommandError, match="at least one"):
        run("load_product")


@pytest.mark.parametrize("product", [FILE, GUARD])
def test_quote_by_file_or_code(product: str, tmp_path: Path) -> None:
    answer = quote(product, FACTS, tmp_path)
    assert answer["total"] == "174.25"
    assert [(line["coverage"], line["unrounded"], line["rounded"]) for line in answer["coverages"]] == [
        ("term_life", "138.0", "138.00"),
        ("hospital_cash", "36.25000", "36.25"),
    ]
    assert [step["step"] for step in answer["steps"]][-1] == "total"


def test_quote_of_the_version_on_sale_is_that_of_its_file(tmp_path: Path) -> None:
    published_version()
    assert quote(GUARD, FACTS, tmp_path) == quote(FILE, FACTS, tmp_path)
    assert quote(GUARD, {"age": 30, "occupation_class": "2"}, tmp_path, "--plan", "premium")["total"] == "417.50"


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({**FACTS, "age": 17}, ["age"]),
        ({**FACTS, "age": 30.5, "colour": "red"}, ["age", "colour"]),
        ({}, ["age", "occupation_class", "sum_insured", "daily_cash"]),
        ("", ["facts: ", "empty"]),
        ("[1, 2]", ["facts: ", "one mapping of names to values"]),
        ('{"age": 30, "age": 60}', ["facts: ", "'age' stands twice"]),
        ('{"age": "3,5", "sum_insured": "20,0000"}', ["age", "sum_insured"]),
        ("{", ["not JSON"]),
        ('{"age": 1e999}', ["age"]),
        ('{"age": NaN}', ["age"]),
        ('{"age": ' + "9" * 5000 + "}", ["age"]),
        ("{" * 50_000, ["not JSON"]),
        (" " * 100_001, ["longer than 100000 characters"]),
    ],
)
def test_bad_facts_exit_with_two_and_name_the_fields(facts: Any, named: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        quote(FILE, facts, tmp_path)
    assert caught.value.returncode == 2
    assert all(name in str(caught.value) for name in named)


def test_missing_files_and_products_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        quote(str(tmp_path / "none.yaml"), FACTS, tmp_path)
    with pytest.raises(CommandError, match="no-such-product: "):
        quote("no-such-product", FACTS, tmp_path)
    with pytest.raises(CommandError, match="No such file"):
        run("quote", FILE, "--facts", str(tmp_path / "none.json"))

"""Mortality tables in the database: loaded once, never changed, and expanded into what a product stores."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override

from insureweb.kernel.localized import Localized
from products.models import MortalityTable, ProductVersion
from products.mortality import shipped_tables
from products.rules.life.mortality import rates_hash
from products.services.mortality import load_shipped_tables
from products.sources import CATALOGUE
from products.stored_mortality import as_rates, find_table
from tests.factories.products import AT, LOADER

pytestmark = pytest.mark.django_db
CODE = "CL2-2025-M"


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    file = tmp_path / "own.csv"
    file.write_text("x,OWN_M,OWN_F\n60,0.1,9.5e-05\n61,0.2,0.1\n62,1,\n", encoding="utf-8")
    return file


def test_shipped_tables_are_kept_as_published() -> None:
    run("load_mortality", "--all")
    assert MortalityTable.objects.count() == 14
    stored = MortalityTable.objects.get(code=CODE)
    shipped = shipped_tables()[CODE]
    assert as_rates(stored) == shipped.table
    assert stored.rates[30] == "0.000587"
    assert stored.sha256 == shipped.table.sha256 == rates_hash(0, stored.rates)
    assert (stored.name, stored.last_age) == (shipped.name, 105)
    assert "2025" in stored.source.en


def test_the_same_rates_again_change_nothing() -> None:
    assert "CL1-2013: loaded, ages 0 to 105" in run("load_mortality", "--all")
    assert "CL1-2013: unchanged" in run("load_mortality", "--all")
    assert not any(loaded.is_new for loaded in load_shipped_tables(by=LOADER, at=AT))


def test_a_file_of_ones_own(rates: Path) -> None:
    assert "OWN_F: loaded, ages 60 to 61" in run("load_mortality", str(rates), "--source", "Own study 2026")
    stored = MortalityTable.objects.get(code="OWN_F")
    assert (stored.rates, stored.source.en) == (["0.000095", "0.1"], "Own study 2026")
    found = find_table("OWN_M")
    assert found is not None
    assert found.limiting_age == 62
    assert find_table("OWN_X") is None
    assert find_table(CODE) == shipped_tables()[CODE].table, "a shipped table needs no loading"


def test_other_rates_under_a_known_code_are_refused(rates: Path) -> None:
    run("load_mortality", str(rates))
    rates.write_text("x,OWN_M\n60,0.1\n61,1\n", encoding="utf-8")
    with override("en"), pytest.raises(CommandError, match="Other rates stand under the code OWN_M") as caught:
        run("load_mortality", str(rates))
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [("age,T\n1,2\n", "a probability lies"), ("age,TABLE ONE\n1,1\n", "is not a code"), ("T\n1\n", "no column 'age'")],
)
def test_a_bad_file_is_refused_whole(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run("load_mortality", str(file))
    assert not MortalityTable.objects.exists()


def test_a_description_names_its_line(tmp_path: Path, rates: Path) -> None:
    words = "source: {zh-hans: a, en: a}\ntables:\n  OWN-M: {column: MISSING, name: {zh-hans: a, en: a}}\n"
    (tmp_path / "own.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(CommandError, match="no column of rates 'MISSING'"):
        run("load_mortality", str(rates))
    with pytest.raises(CommandError, match="at least one file"):
        run("load_mortality")


def test_nothing_is_kept_in_a_dry_run(rates: Path) -> None:
    assert "Nothing was kept" in run("load_mortality", str(rates), "--dry-run")
    assert not MortalityTable.objects.exists()


def test_loading_a_product_keeps_the_tables_and_stores_their_rates() -> None:
    run("load_product", str(CATALOGUE / "anlan-level-term.yaml"), "--publish")
    version = ProductVersion.objects.get()
    stored = version.definition["rating"]["life"]["mortality"]["tables"]["male"]
    assert (stored["table"], stored["from_age"], stored["qx"][30]) == (CODE, "0", "0.000587")
    assert MortalityTable.objects.filter(code=CODE).exists()


def test_a_product_may_rest_on_a_table_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "house.csv"
    file.write_text("age,HOUSE_M\n" + "".join(f"{age},0.002\n" for age in range(106)), encoding="utf-8")
    run("load_mortality", str(file))
    text = (
        (CATALOGUE / "anlan-level-term.yaml").read_text(encoding="utf-8").replace("male: CL2-2025-M", "male: HOUSE_M")
    )
    (tmp_path / "wordings").symlink_to(CATALOGUE / "wordings")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    run("load_product", str(tmp_path / "own.yaml"))
    assert ProductVersion.objects.get().definition["rating"]["life"]["mortality"]["tables"]["male"]["qx"][0] == "0.002"


# --- what the database itself refuses ---


def new(**changes: object) -> MortalityTable:
    values = {"code": "T-1", "name": Localized("a", "a"), "source": Localized("a", "a"), "from_age": 0,
              "rates": ["0.1", "1"], "sha256": "0" * 64, "loaded_at": AT}  # fmt: skip
    return MortalityTable(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"code": "CL 1"}, "mortality_table_code_is_a_code"),
        ({"rates": ["0.1", "1.1"]}, "mortality_table_holds_probabilities"),
        ({"rates": ["-0.1"]}, "mortality_table_holds_probabilities"),
        ({"rates": ["1e-5"]}, "mortality_table_holds_probabilities"),
        ({"rates": []}, "mortality_table_holds_probabilities"),
        ({"sha256": "0"}, "mortality_table_hash_is_sha256"),
        ({"from_age": -1}, "products_mortalitytable_from_age_check"),
    ],
)
def test_constraints(changes: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        new(**changes).save()


BOTH, NEITHER = '{"zh-hans": "a", "en": "a"}', "{}"


@pytest.mark.parametrize(("name", "source", "field"), [(NEITHER, BOTH, "name"), (BOTH, NEITHER, "source")])
def test_words_stand_in_both_languages(name: str, source: str, field: str) -> None:
    with (
        pytest.raises(IntegrityError, match=f"mortality_table_{field}_in_both_languages"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO products_mortalitytable (code, name, source, from_age, rates, sha256, loaded_at)"
            " VALUES ('T-2', %s, %s, 0, ARRAY['1'], repeat('0', 64), now())",
            [name, source],
        )


def test_a_code_stands_once() -> None:
    new().save()
    with pytest.raises(IntegrityError, match="code"), transaction.atomic():
        new().save()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE products_mortalitytable SET rates = ARRAY['0.2','1']",
        "DELETE FROM products_mortalitytable",
        "TRUNCATE products_mortalitytable",
    ],
)
def test_a_table_never_changes(statement: str) -> None:
    new().save()
    with (
        pytest.raises(DatabaseError, match=r"append-only|truncated"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

"""docs/reference/catalogue.md says what the files say, and the catalogue has every line that was promised."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from products.management.commands.list_catalogue import TARGET
from products.sources import catalogue_files, read_product_file

DEFINITIONS = {path.stem: read_product_file(path).definition for path in catalogue_files()}
# What a line of business knows, beside accepting: see the underwriting tables.
KNOWS_LOADING = {"anlan-level-term", "anlan-whole-life", "anlan-travel", "anlan-enterprise-property",
                 "anlan-trade-credit", "anlan-return-freight", "anlan-account-theft", "anlan-neighbour"}  # fmt: skip


def test_the_page_is_up_to_date() -> None:
    call_command("list_catalogue", "--check")


def test_check_sees_a_difference(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / TARGET).parent.mkdir(parents=True)
    (tmp_path / TARGET).write_text("# The shipped catalogue\n")
    with pytest.raises(CommandError, match="differs from the files"):
        call_command("list_catalogue", "--check")


@pytest.mark.parametrize("code", DEFINITIONS)
def test_every_product_says_where_its_rates_come_from(code: str) -> None:
    basis = DEFINITIONS[code].basis
    marked = ("illustrative" in basis.source.en.lower(), any(mark in basis.source.zh_hans for mark in ("示例", "演示")))
    assert marked == ((True, True) if basis.kind == "illustrative" else (False, False))


@pytest.mark.parametrize("code", sorted(KNOWS_LOADING))
def test_lines_that_know_a_loading_say_how_much(code: str) -> None:
    table = DEFINITIONS[code].tables["underwriting"]
    loads = [rule for rule in table.rules if rule.outcome == "load"]
    assert loads
    assert all(float(str(rule.outputs["loading_percent"])) > 0 for rule in loads)


def test_level_term_runs_ten_twenty_and_thirty_years_with_cash_values() -> None:
    definition = DEFINITIONS["anlan-level-term"]
    assert {option.value for option in definition.inputs_by_key["term_years"].options} >= {10, 20, 30}
    for code in ("anlan-level-term", "anlan-whole-life"):
        life = DEFINITIONS[code].rating.life
        assert life is not None
        assert life.cash_value is not None
        assert all(table.code.startswith("CL2-2025") for table in life.tables.values())

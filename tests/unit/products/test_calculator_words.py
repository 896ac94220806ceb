"""Small words of the calculator and its tables: what needs a whole row, how a range reads, where a space stands."""

import pytest
from django.template import Context, Template
from django.utils import translation

from products.calculator import CalculatorField
from products.rules.ranges import range_reading
from products.sources import catalogue_files, read_product_file

FIELDS = {
    (path.stem, item.key): CalculatorField(item, "", "")
    for path in catalogue_files()
    for item in read_product_file(path).definition.asked_inputs
}


@pytest.mark.parametrize(
    ("cell", "words"),
    [("0..17", "0–17"), ("[0..1.0]", "0–1.0"), ("(1.0..1.6]", "> 1.0, ≤ 1.6"), ("[0..10)", "≥ 0, < 10"),
     ("20000..", "≥ 20000"), ("..17", "≤ 17"), ("18", "18")],
)  # fmt: skip
def test_a_range_reads_without_the_signs_of_the_file(cell: str, words: str) -> None:
    assert range_reading(cell) == words


def test_long_choices_and_large_sums_take_the_whole_row() -> None:
    with translation.override("zh-hans"):
        wide = {key for (code, key), field in FIELDS.items() if code == "anlan-motor-voluntary" and field.is_wide}
    assert wide >= {"no_claims"}
    assert "driver_age" not in wide
    assert FIELDS["anlan-trade-credit", "turnover"].is_wide


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "a.b"), ("en", "a. b")])
def test_two_sentences_stand_apart_only_where_the_language_writes_a_space(language: str, text: str) -> None:
    with translation.override(language):
        assert Template("a.{% gap %}b").render(Context()) == text

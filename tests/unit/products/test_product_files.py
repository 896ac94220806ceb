"""Product files that are wrong are refused with a line, and never break in another way."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.rules.document import ProductFileError, read_yaml
from products.rules.reading import read_definition
from products.sources import CATALOGUE, catalogue_files, read_product_file, with_wordings
from tests.factories.products import changed, shipped

TEXT = (CATALOGUE / "anlan-hospital-cash.yaml").read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)

# Compulsory cover may be neither refused nor delayed (Regulation on Compulsory Motor Liability Insurance, art. 10).
NEVER_REFUSED = {"anlan-motor-compulsory"}


def read(text: str) -> str:
    return read_definition(with_wordings(read_yaml(text), CATALOGUE)).content_hash


def refused(text: str) -> ProductFileError | None:
    """The refusal of a text; None when it is still a product file. Any other exception fails the test."""
    try:
        read(text)
    except ProductFileError as error:
        return error
    return None


@pytest.mark.parametrize("path", catalogue_files(), ids=lambda path: path.stem)
def test_shipped_files_are_complete(path: Path) -> None:
    definition = read_product_file(path).definition
    assert definition.code == path.stem
    assert definition.filing
    assert len(definition.vectors) >= 8
    assert definition.health_questions or definition.detail_questions
    outcomes = {hit.outcome for hit in definition.tables["underwriting"].rules}
    assert outcomes == {"accept"} if definition.code in NEVER_REFUSED else outcomes >= {"accept", "refer", "decline"}
    assert len(definition.wordings[0].clauses) >= 25


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[16..65, 1.00]", "[15..65, 1.00]", "the range 15..65 overlaps 3..15"),
        ("[16..65, 1.00]", "[17..65, 1.00]", "has no row for age 16"),
        ("[2, 1.25]", "[1, 1.25]", "stands twice"),
        ("[2, 1.25]", "[2, -1.25]", "is below 0"),
        ("[2, 1.25]", "[2, 1,25]", "has 3 cells"),
        ("kind: per_unit", "kind: perunit", "is not one of"),
        ("of: daily_cash", "of: nightly_cash", "no numeric input"),
        ("{cash_units}", "{cash_unit}", "neither an input nor a step"),
        ("mode: half_up", "mode: banker", "is not one of"),
        ("then: decline", "then: reject", "is not one of"),
        ('age: "not 0..85"', 'age: "not 85..0"', "ends before it starts"),
        ("clause: 2.3", "clause: 9.9", "the wording has no clause 9.9"),
        ("count: 1, unit: year", "count: one, unit: year", "is not a whole number"),
        ("from: 2024-09-01", "from: 2024-09-31", "is not a date"),
        ("format: 1", "format: 2", "reads format 1"),
        ("default_plan: standard", "default_plan: gold", "is not one of"),
        ("file: anlan-hospital-cash", "file: ../../etc/passwd", "is not a code"),
        ("file: anlan-hospital-cash", "file: missing", "there is no file"),
        ("policy_in_force: {type: boolean}", "policy_in_force: {type: number}", "is a boolean"),
    ],
)
def test_mistakes_are_named(old: str, new: str, words: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    error = refused(text)
    assert error is not None
    assert words in error.message
    changed_line = next(
        number for number, line in enumerate(text.splitlines(), start=1) if line != LINES[number - 1].rstrip("\n")
    )
    # A gap is told at the step that would fall into it.
    assert error.line == changed_line or words.startswith("has no row")


@settings(max_examples=150)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["drop", "double", "indent", "cut", "swap", "blank"]),
    st.integers(0, 99),
)
def test_mutated_files_are_read_or_refused_with_a_line(index: int, mutation: str, salt: int) -> None:
    lines = list(LINES)
    chance = random.Random(salt)
    line = lines[index]
    lines[index] = {
        "drop": "",
        "double": line + line,
        "indent": " " + line,
        "cut": line[: chance.randrange(len(line) + 1)] + "\n",
        "swap": re.sub(r"\d", lambda _match: chance.choice("0123456789x."), line),
        "blank": re.sub(r"[^:]+$", " \n", line),
    }[mutation]
    error = refused("".join(lines))
    assert error is None or (error.line >= 1 and error.message)


@settings(max_examples=100)
@given(st.text(max_size=200), st.integers(0, len(TEXT)))
def test_text_put_anywhere_is_read_or_refused(junk: str, place: int) -> None:
    error = refused(TEXT[:place] + junk + TEXT[place:])
    assert error is None or error.line >= 1


def test_layout_does_not_change_the_hash_and_content_does() -> None:
    assert read("# a comment\n" + TEXT.replace("format: 1\n", "format: '1'\n")) == read(TEXT)
    assert read(TEXT.replace("order: 40", "order: 41")) != read(TEXT)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(b"a: 1\nb: \xff\xfe\n")
    with pytest.raises(ProductFileError, match=r"bad.yaml:2: not UTF-8"):
        read_product_file(bad)
    with pytest.raises(ProductFileError, match="cannot be read"):
        read_product_file(tmp_path / "none.yaml")


def test_wordings_must_agree_between_languages(tmp_path: Path) -> None:
    (tmp_path / "wordings").mkdir()
    for language in ("zh-hans", "en"):
        source = CATALOGUE / "wordings" / f"anlan-hospital-cash.{language}.md"
        text = source.read_text(encoding="utf-8")
        if language == "en":
            text = text.replace("### 2.3 ", "### 2.33 ")
        (tmp_path / "wordings" / source.name).write_text(text, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(ProductFileError) as caught:
        read_product_file(tmp_path / "p.yaml")
    assert caught.value.file == "anlan-hospital-cash.en.md"
    assert "clause 2.33 stands where the Chinese text has 2.3" in caught.value.message
    assert caught.value.line > 10


def test_every_coverage_is_priced_once() -> None:
    with pytest.raises(ProductFileError, match="no premium line prices"):
        changed(shipped(), ("rating.lines.term_life.coverages", ["hospital_cash"]),
                ("rating.lines.hospital_cash", None), ("rating.total", "total"),
                ("rating.steps.9.of", ["life_premium"]))  # fmt: skip
    with pytest.raises(ProductFileError, match="sum of the premiums"):
        changed(shipped(), ("rating.steps.9.of", ["life_premium"]))

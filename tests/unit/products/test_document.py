"""YAML read as text, with line numbers, and nothing hidden."""

from decimal import Decimal

import pytest

from products.rules.document import ProductFileError, node_of, read_yaml


def test_scalars_stay_text() -> None:
    tree = read_yaml("rate: 6.90\nflag: NO\nday: 2024-09-01\nnothing:\nlist: [0..17, 1e3]\n").tree()
    assert tree == {"rate": "6.90", "flag": "NO", "day": "2024-09-01", "nothing": "", "list": ["0..17", "1e3"]}


def test_fields_know_their_line_and_place() -> None:
    node = read_yaml("a:\n  b:\n    - x\n    - 7y\n").mapping()["a"].mapping()["b"].items()[1]
    with pytest.raises(ProductFileError) as caught:
        node.decimal()
    assert (caught.value.line, caught.value.path) == (4, "a.b[1]")
    assert str(caught.value.in_file("p.yaml")) == "p.yaml:4: a.b[1]: '7y' is not a decimal number"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: &x 2\n", 2, "anchors"),
        ("a: 1\nb: *x\n", 2, "anchors"),
        ("a: !!python/name:os.system 1\n", 1, "tags"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice, first in line 1"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1, 2\n", 2, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: 1\nb: x\x00y\n", 2, "NUL"),
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        ("? [1]\n: 2\n", 1, "plain text"),
        ("a: \x07\n", 1, "YAML"),
        ("[" * 60 + "]" * 60, 1, "nested deeper"),
    ],
)
def test_what_could_surprise_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ProductFileError) as caught:
        read_yaml(text, file="p.yaml")
    assert words in caught.value.message
    assert caught.value.line == line
    assert caught.value.file == "p.yaml"


def test_size_is_limited() -> None:
    with pytest.raises(ProductFileError, match="longer than"):
        read_yaml("a: " + "x" * 2_000_001)


def test_unknown_and_missing_keys_are_refused() -> None:
    node = read_yaml("a: 1\nb: 2\n")
    with pytest.raises(ProductFileError, match="line 2: b: unknown key"):
        node.fields("a")
    with pytest.raises(ProductFileError, match="the key 'c' is missing"):
        node.fields("a b c")


@pytest.mark.parametrize("text", ["1.", ".5", "1e3", "1,000", "٣", "NaN", "1_000", "0x10", "--1"])
def test_numbers_are_strict(text: str) -> None:
    with pytest.raises(ProductFileError):
        node_of(text).decimal()


def test_localized_needs_both_languages() -> None:
    assert node_of({"zh-hans": "甲", "en": "A"}).localized().en == "A"
    for tree in ({"zh-hans": "甲"}, {"zh-hans": "甲", "en": " "}, {"zh-hans": "甲", "en": "A", "fr": "A"}):
        with pytest.raises(ProductFileError):
            node_of(tree).localized()


def test_a_stored_tree_reads_like_the_file() -> None:
    node = read_yaml("a:\n  - {b: 1.50}\n")
    assert node_of(node.tree()).mapping()["a"].items()[0].fields("b")["b"].decimal() == Decimal("1.50")
    with pytest.raises(ProductFileError, match="only text"):
        node_of({"a": 1})  # type: ignore[dict-item]

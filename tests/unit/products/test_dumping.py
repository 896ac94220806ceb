"""What is dumped reads back as it was; what is broken is refused with a line and in no other way."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.compiled import CompiledProduct
from products.rules.document import ProductFileError, node_of, read_yaml
from products.rules.dumping import to_yaml
from products.rules.reading import read_definition
from products.sources import catalogue_files, read_product_file
from tests.factories.definitions import CHARACTERS, definitions

PLAIN = st.text(CHARACTERS, max_size=40)


@given(st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4)))
def test_any_tree_of_text_reads_back_exactly(tree: Any) -> None:
    try:
        node_of(tree)
    except ProductFileError:
        return
    text = to_yaml(tree)
    assert read_yaml(text).tree() == tree
    assert to_yaml(read_yaml(text).tree()) == text


@settings(max_examples=60)
@given(definitions())
def test_a_valid_product_loads_quotes_dumps_and_reloads_to_the_same_hash(tree: Any) -> None:
    first = read_definition(node_of(tree))
    text = to_yaml(tree)
    again = read_definition(read_yaml(text))
    assert again.content_hash == first.content_hash
    vector = again.vectors[0]
    product = CompiledProduct(again)
    assert product.price(product.read_facts(vector.facts, vector.plan)).total == vector.total
    # Nothing of the text is lost on the way either: names, questions and conditions are the same objects.
    assert (again.name, again.questions, again.terms) == (first.name, again.questions, first.terms)
    assert [question.text for question in again.questions] == [question.text for question in first.questions]


def refusal(text: str) -> ProductFileError | None:
    """The refusal of a text; any other exception fails the test."""
    try:
        read_definition(read_yaml(text))
    except ProductFileError as error:
        return error
    return None


MUTATIONS = ["drop", "double", "indent", "cut", "swap", "blank", "escape"]


@settings(max_examples=60)
@given(definitions(), st.sampled_from(MUTATIONS), st.integers(0, 10_000))
def test_a_mutated_file_is_read_or_refused_with_a_line(tree: Any, mutation: str, salt: int) -> None:
    lines = to_yaml(tree).splitlines(keepends=True)
    chance = random.Random(salt)
    index = chance.randrange(len(lines))
    line = lines[index]
    lines[index] = {
        "drop": "",
        "double": line + line,
        "indent": " " + line,
        "cut": line[: chance.randrange(len(line) + 1)] + "\n",
        "swap": re.sub(r"\d", lambda _match: chance.choice("0123456789x."), line),
        "blank": re.sub(r"[^:]+$", " \n", line),
        "escape": re.sub(r": .*", lambda _match: ': "\\0\\x07\\ud800"', line),
    }[mutation]
    refused = refusal("".join(lines))
    assert refused is None or (refused.line >= 1 and refused.message)


@pytest.mark.parametrize("path", catalogue_files(), ids=lambda path: path.stem)
def test_every_shipped_file_dumps_to_the_same_hash(path: Path) -> None:
    source = read_product_file(path)
    text = to_yaml(source.tree)
    root = read_yaml(text)
    assert root.tree() == source.tree
    assert read_definition(root).content_hash == source.definition.content_hash
    assert list(root.mapping()) == list(read_yaml(source.text).mapping())


@pytest.mark.parametrize("escape", ["\\0", "\\x07", "\\e", "\\r"])
def test_control_characters_are_refused_wherever_they_hide(escape: str) -> None:
    for text in (f'a: "{escape}"\n', f'"{escape}": a\n', f'- "{escape}"\n'):
        with pytest.raises(ProductFileError, match="control character") as caught:
            read_yaml(text)
        assert caught.value.line == 1
    with pytest.raises(ProductFileError, match="control character"):
        node_of({"a": "\x00"})


def test_a_tree_nested_too_deep_is_refused() -> None:
    tree: Any = "x"
    for _level in range(2_000):
        tree = [tree]
    with pytest.raises(ProductFileError, match="nested deeper"):
        node_of(tree)

"""Generated product files broken in every way a hand can break one: refused with the line, or still a product."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from products.compiled import CompiledProduct
from products.rules.definition import Definition
from products.rules.document import ProductFileError, read_yaml
from products.rules.dumping import to_yaml
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable
from products.rules.reading import read_definition
from tests.factories.definitions import definitions
from tests.factories.generated_tariffs import products

# Whole product files shrink for minutes and say no more for it.
PATIENT = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
Place = tuple[str | int, ...]
# What a hand puts where something else belongs: other types, other notations, things the format knows from elsewhere.
JUNK: list[Any] = [
    "", "-", "x", "0", "-1", "1e9", "NaN", "9" * 30, "0.0000000000001", "２", "2024-02-30", "[0..", "not 5..1",
    "{age", "{}", "s0", "total", "age", "yes", "roster", "lookup", "commutation", "all", "x" * 30_000, [], {}, ["x"],
    {"x": "y"}, {"zh-hans": "x", "en": "y"}, [["1", "2"]], {"min": "5", "max": "1"}, [[["1"]]],
]  # fmt: skip


def places(tree: Any, above: Place = ()) -> list[Place]:
    """Every place in a tree, however deep; the wording's clauses are one text like another."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [*([above] if above else []), *(place for key, part in inner for place in places(part, (*above, key)))]


def put(tree: Any, place: Place, value: Any) -> Any:
    """A copy of the tree with another value at a place."""
    found = parent = deepcopy(tree)
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return found


def without(tree: Any, place: Place) -> Any:
    """A copy of the tree without a place."""
    found = parent = deepcopy(tree)
    for key in place[:-1]:
        parent = parent[key]
    del parent[place[-1]]
    return found


def refusal(text: str) -> ProductFileError | None:
    """The refusal of a text; any other exception fails. A product must compile, dump and answer its vectors."""
    try:
        definition = read_definition(read_yaml(text))
    except ProductFileError as error:
        told = error
    else:
        _must_work(definition, text)
        return None
    assert 1 <= told.line <= text.count("\n") + 1
    assert told.message
    return told


def _must_work(definition: Definition, text: str) -> None:
    product = CompiledProduct(definition)
    assert read_definition(read_yaml(to_yaml(read_yaml(text).tree()))).content_hash == definition.content_hash
    for vector in definition.vectors:
        try:
            product.price(product.read_facts(vector.facts, vector.plan)).as_json()
        except (FactsInvalid, NotPriceable):
            continue


@PATIENT
@given(st.one_of(products(), definitions()), st.data())
def test_anything_put_anywhere_is_read_or_refused_with_its_line(tree: Any, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(places(tree)))
    refusal(to_yaml(put(tree, place, data.draw(st.sampled_from(JUNK)))))


@PATIENT
@given(st.one_of(products(), definitions()), st.data())
def test_anything_left_out_or_moved_is_read_or_refused_with_its_line(tree: Any, data: st.DataObject) -> None:
    every = places(tree)
    gone, here, there = (data.draw(st.sampled_from(every)) for _place in range(3))
    refusal(to_yaml(without(tree, gone)))
    found = tree
    for key in there:
        found = found[key]
    refusal(to_yaml(put(tree, here, found)))


@PATIENT
@given(products(), st.data())
def test_a_step_that_cannot_be_is_named_by_its_line(tree: Any, data: st.DataObject) -> None:
    steps = tree["rating"]["steps"]
    index = data.draw(st.integers(0, len(steps) - 1))
    step, later = steps[index], st.sampled_from([one["step"] for one in steps[index:]])
    key, value, words = data.draw(st.sampled_from([
        ("kind", "conjure", "is not one of"),
        # Itself or a later step: a circle cannot be written.
        ("of", data.draw(later), "no earlier step"),
        ("of", "9" * 30, "no earlier step"),
        ("step", "members", "is taken"),
        ("magic", "yes", "unknown key"),
    ]))  # fmt: skip
    if key == "of" and "of" not in step:
        return
    value = [value, *step["of"][1:]] if key == "of" and isinstance(step["of"], list) else value
    text = to_yaml(put(tree, ("rating", "steps", index, key), value))
    error = refusal(text)
    assert error is not None
    assert words in error.message
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if number > lines.index("  steps:") and line[:6] == "    - "]
    assert starts[index] < error.line <= [*starts, len(lines)][index + 1]
    assert f"rating.steps[{index}]" in error.path


@PATIENT
@given(st.one_of(products(), definitions()), st.data())
def test_a_key_written_twice_a_tab_and_a_nul_are_named_by_their_line(tree: Any, data: st.DataObject) -> None:
    lines = to_yaml(tree).splitlines(keepends=True)
    keys = [number for number, line in enumerate(lines) if line[0].isalpha() and ":" in line]
    number = data.draw(st.sampled_from(keys))
    key = lines[number].split(":")[0]
    for added, words in ((f"{key}: x\n", "twice"), ("\tx: y\n", "not YAML"), ('x: "\\0"\n', "control"), ("\0", "NUL")):
        error = refusal("".join([*lines, added]))
        assert error is not None
        assert words in error.message
        assert error.line == len(lines) + 1


@pytest.mark.parametrize(
    "file", ["", "\n", "- a\n", "a\n", "a: b: c\n", "a: &b c\n", "{" * 300, "--- a\n--- b\n", "!!python/name:os x\n"]
)
def test_what_is_no_product_at_all_is_refused(file: str) -> None:
    assert refusal(file) is not None

"""What must hold for every price of every tariff: monotone where declared, nothing lost, the same after round trips."""

import itertools
import json
import random
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from products.rules.batch import BatchPricer
from products.rules.document import ProductFileError, node_of, read_yaml
from products.rules.dumping import to_yaml
from products.rules.facts import FactsInvalid, facts_as_text, read_facts
from products.rules.rating import NotPriceable, Rating, replay
from products.rules.reading import read_definition
from products.sources import catalogue_files, read_product_file
from tests.factories.generated_tariffs import facts_of, products, values_of

SOURCES = {path.stem: read_product_file(path) for path in catalogue_files()}
RATINGS = {code: Rating(source.definition) for code, source in SOURCES.items()}
DECLARED = [(code, key) for code, source in SOURCES.items() for key in source.definition.rating.monotone]
PATIENT = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def contract(definition: Any, raw: dict[str, str], plan: str) -> dict[str, Any]:
    """Typed facts; what is no contract is no example."""
    try:
        return read_facts(definition, raw, plan)
    except FactsInvalid:
        assume(False)
        raise


# Prices that rise over one stretch of the input and fall over another: nothing to declare.
UP_AND_DOWN = {("anlan-hospital-cash", "age"), ("anlan-motor-voluntary", "displacement"),
               ("anlan-motor-voluntary", "driver_age")}  # fmt: skip


def test_every_tariff_declares_each_number_asked_that_moves_the_price_one_way() -> None:
    numbers = ("integer", "decimal", "money")
    asked = {
        (code, item.key)
        for code, source in SOURCES.items()
        for item in source.definition.asked_inputs
        if item.type in numbers
    }
    assert asked - {*DECLARED} == UP_AND_DOWN


@pytest.mark.parametrize(("code", "key"), sorted(UP_AND_DOWN))
def test_what_is_not_declared_does_move_both_ways(code: str, key: str) -> None:
    definition, rating = SOURCES[code].definition, RATINGS[code]
    usual, item = definition.shop.from_facts, definition.inputs_by_key[key]
    low, high = (int(10 * (bound or 0)) for bound in (item.minimum, item.maximum))
    values = [Decimal(tenths) / 10 for tenths in range(low, high + 1, 1 if item.type == "decimal" else 10)]
    facts = read_facts(definition, facts_as_text(usual), definition.shop.from_plan)
    prices = [rating.total({**facts, key: value}) for value in values]
    steps = [after - before for before, after in itertools.pairwise(prices)]
    assert min(steps) < 0 < max(steps)


@pytest.mark.parametrize(("code", "key"), DECLARED)
@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_prices_are_monotone_where_the_file_declares_it(code: str, key: str, data: st.DataObject) -> None:
    definition, rating = SOURCES[code].definition, RATINGS[code]
    item = definition.inputs_by_key[key]
    raw = data.draw(facts_of(definition))
    plan = data.draw(st.sampled_from(sorted(definition.plans_by_key)))
    given_ = sorted(data.draw(st.tuples(values_of(item), values_of(item))), key=Decimal)
    facts = [contract(definition, {**raw, key: value}, plan) for value in given_]
    lower, higher = (rating.total({**one, key: Decimal(value)}) for one, value in zip(facts, given_, strict=True))
    if definition.rating.monotone[key] == "up":
        assert lower <= higher
    else:
        assert lower >= higher


@pytest.mark.parametrize("code", SOURCES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_lines_of_every_product_sum_to_its_total(code: str, data: st.DataObject) -> None:
    definition, rating = SOURCES[code].definition, RATINGS[code]
    plan = data.draw(st.sampled_from(sorted(definition.plans_by_key)))
    facts = contract(definition, data.draw(facts_of(definition)), plan)
    breakdown = rating.price(facts)
    assert sum(breakdown.coverage_premiums.values()) == breakdown.total == breakdown.premium + breakdown.tax
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in breakdown.coverage_premiums.values())
    again = replay(definition, read_facts(definition, facts_as_text(facts), plan))
    assert (again.hash, again.as_json()) == (breakdown.hash, breakdown.as_json())


@PATIENT
@given(products(), st.data())
def test_any_tariff_prices_dumps_and_reloads_to_the_same_hash(tree: Any, data: st.DataObject) -> None:
    definition = read_definition(node_of(tree))
    text = to_yaml(tree)
    reloaded = read_definition(read_yaml(text))
    stored = read_definition(node_of(json.loads(json.dumps(tree))))
    assert definition.content_hash == reloaded.content_hash == stored.content_hash
    assert definition.rating.hash == reloaded.rating.hash == stored.rating.hash
    assert to_yaml(read_yaml(text).tree()) == text
    raw = data.draw(facts_of(definition))
    facts, rating = read_facts(definition, raw), Rating(definition)
    try:
        breakdown = rating.price(facts)
    except NotPriceable as refusal:
        for other in (reloaded, stored):
            with pytest.raises(NotPriceable, match=re.escape(str(refusal))):
                replay(other, facts)
        with pytest.raises(NotPriceable, match=re.escape(str(refusal))):
            rating.total(facts)
        return
    assert replay(reloaded, facts).as_json() == replay(stored, facts).as_json() == breakdown.as_json()
    assert sum(breakdown.coverage_premiums.values()) == breakdown.total == breakdown.premium + breakdown.tax
    assert (
        rating.total(facts) == BatchPricer(definition, rating, list(raw)).total(list(raw.values())) == breakdown.total
    )
    for line in breakdown.trace:
        assert "{" not in line.words.zh_hans + line.words.en


JUNK = [
    "",
    "-",
    "..",
    "[0..",
    "1e9",
    "NaN",
    "-5",
    "zone",
    "s0",
    "true",
    "[]",
    "{}",
    "999999999999999999999",
    "{a",
    "\t",
]


@PATIENT
@given(products(), st.data())
def test_a_tariff_changed_anywhere_is_read_or_refused_with_its_line(tree: Any, data: st.DataObject) -> None:
    lines = to_yaml({"rating": tree["rating"], **tree}).splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("rating:"))
    end = next(number for number, line in enumerate(lines) if number > start and not line.startswith((" ", "-")))
    index = data.draw(st.integers(start, end - 1))
    mutation = data.draw(st.sampled_from(["drop", "double", "indent", "digits", "value", "cell"]))
    chance, line = random.Random(data.draw(st.integers(0, 99))), lines[index]
    junk = chance.choice(JUNK)
    lines[index] = {
        "drop": "",
        "double": line + line,
        "indent": " " + line,
        "digits": re.sub(r"\d", lambda _match: chance.choice("0123456789x."), line),
        "value": re.sub(r":[^:]*\n", f": {junk}\n", line),
        "cell": re.sub(r"[^\[, ]+(?=[,\]])", junk, line, count=1),
    }[mutation]
    refusal = refused("".join(lines))
    assert refusal is None or (refusal.line >= 1 and refusal.message)


def refused(text: str) -> ProductFileError | None:
    """The refusal of a text; None when it is a product after all. Any other exception fails the test."""
    try:
        Rating(read_definition(read_yaml(text)))
    except ProductFileError as error:
        return error
    return None

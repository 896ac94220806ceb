"""The rating engine: the worked tables of docs/algorithms/rating.md, and what must hold for every price."""

import json
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.rules.document import node_of
from products.rules.facts import FactsInvalid, facts_as_text, read_facts
from products.rules.rating import NotPriceable, Rating, replay
from products.rules.reading import read_definition
from products.rules.vectors import run_vectors
from products.sources import catalogue_files, read_product_file
from tests.factories.products import GUARD
from tests.factories.worked_tables import worked_rows

SOURCES = {path.stem: read_product_file(path) for path in catalogue_files()}
RATINGS = {code: Rating(source.definition) for code, source in SOURCES.items()}
# Values that are each allowed, and together no contract.
NO_CONTRACT = {"pays_too_long", "ends_too_late"}


def price(code: str, plan: str = "", **raw: object) -> Decimal:
    definition = SOURCES[code].definition
    return RATINGS[code].price(read_facts(definition, raw, plan)).total


@pytest.mark.parametrize("row", worked_rows("rating.md", "Anlan Guard"), ids=lambda row: "-".join(row.values()))
def test_worked_prices_of_guard(row: dict[str, str]) -> None:
    facts = {"age": row["age"], "occupation_class": row["class"], "sum_insured": row["sum"], "daily_cash": row["cash"]}
    breakdown = RATINGS[GUARD].price(read_facts(SOURCES[GUARD].definition, facts))
    life, cash = breakdown.lines
    assert (str(life.unrounded.normalize() + 0), life.amount) == (
        str(Decimal(row["life exact"]).normalize() + 0),
        Decimal(row["life"]),
    )
    assert (cash.unrounded, cash.amount) == (Decimal(row["cash exact"]), Decimal(row["cash premium"]))
    assert breakdown.total == Decimal(row["total"])


@pytest.mark.parametrize("code", SOURCES)
def test_every_shipped_product_gives_the_answers_it_promises(code: str) -> None:
    assert run_vectors(SOURCES[code].definition, RATINGS[code]) >= 8


@pytest.mark.parametrize("code", SOURCES)
def test_a_stored_definition_prices_exactly_as_the_file(code: str) -> None:
    source = SOURCES[code]
    stored = read_definition(node_of(json.loads(json.dumps(source.tree))))
    assert stored.content_hash == source.definition.content_hash
    shop = stored.shop
    facts = read_facts(stored, shop.from_facts, shop.from_plan)
    assert replay(stored, facts).as_json() == RATINGS[code].price(facts).as_json()


def guard_facts() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({
        "age": st.integers(18, 45),
        "occupation_class": st.sampled_from("123456"),
        "sum_insured": st.sampled_from([100000, 200000, 300000, 500000, 800000]),
        "daily_cash": st.sampled_from([50, 100, 150, 200, 300]),
    })  # fmt: skip


@given(guard_facts())
def test_lines_sum_to_the_total_and_steps_replay(raw: dict[str, object]) -> None:
    definition = SOURCES[GUARD].definition
    facts = read_facts(definition, raw)
    breakdown = RATINGS[GUARD].price(facts)
    assert sum(breakdown.coverage_premiums.values()) == breakdown.total
    assert breakdown.trace[-1].amount == breakdown.total
    again = replay(definition, read_facts(definition, facts_as_text(facts)))
    assert (again.hash, again.as_json()) == (breakdown.hash, breakdown.as_json())


@given(guard_facts(), guard_facts())
def test_other_facts_have_another_hash(one: dict[str, object], other: dict[str, object]) -> None:
    definition, rating = SOURCES[GUARD].definition, RATINGS[GUARD]
    hashes = [rating.price(read_facts(definition, raw)).hash for raw in (one, other)]
    assert (hashes[0] == hashes[1]) == (one == other)


@given(guard_facts(), st.sampled_from(["sum_insured", "daily_cash"]))
def test_more_cover_never_costs_less(raw: dict[str, object], key: str) -> None:
    definition = SOURCES[GUARD].definition
    options = [option.value for option in definition.inputs_by_key[key].options]
    prices = [price(GUARD, **{**raw, key: option}) for option in options]
    assert prices == sorted(prices)


@settings(max_examples=30)
@given(st.sampled_from(sorted(SOURCES)), st.data())
def test_every_allowed_fact_has_a_price(code: str, data: st.DataObject) -> None:
    definition = SOURCES[code].definition
    raw: dict[str, object] = {}
    for item in definition.asked_inputs:
        if item.options:
            raw[item.key] = data.draw(st.sampled_from([option.text for option in item.options]))
        else:
            step = item.multiple_of or Decimal(1)
            low, high = (int((end or Decimal(0)) / step) for end in (item.minimum, item.maximum))
            raw[item.key] = step * data.draw(st.integers(low, high))
    plan = data.draw(st.sampled_from([plan.key for plan in definition.plans]))
    try:
        facts = read_facts(definition, raw, plan)
    except FactsInvalid as refused:
        if {problem.code for problem in refused.problems.values()} <= NO_CONTRACT:
            return
        raise
    breakdown = RATINGS[code].price(facts)
    assert breakdown.total > 0
    assert breakdown.total == breakdown.total.quantize(Decimal("0.01"))


def test_a_callers_decimal_context_changes_nothing() -> None:
    expected = price(GUARD, "standard", age=30, occupation_class="2")
    with localcontext() as context:
        context.prec = 3
        assert price(GUARD, "standard", age=30, occupation_class="2") == expected


def test_each_step_leaves_a_line_in_both_languages() -> None:
    breakdown = RATINGS[GUARD].price(
        read_facts(SOURCES[GUARD].definition, {"age": 30, "occupation_class": "2"}, "standard")
    )
    assert len(breakdown.trace) == len(SOURCES[GUARD].definition.rating.steps)
    for line in breakdown.trace:
        assert line.words.zh_hans
        assert line.words.en
        assert "{" not in line.words.zh_hans + line.words.en
    rate = breakdown.trace[1].as_json()
    assert rate["operands"] == {"age": "30", "table": "term_life_rate", "row": "18..40"}
    assert breakdown.lines[0].words.en == "CNY 200,000 × 6.90 per 10,000 (age 30)"
    assert len(breakdown.check_code) == 9


def test_facts_without_a_row_are_not_priceable() -> None:
    facts = {"age": 99, "occupation_class": "2", "sum_insured": Decimal(200000), "daily_cash": Decimal(100)}
    with pytest.raises(NotPriceable, match="no row for age 99"):
        RATINGS[GUARD].price(facts)

"""Decision tables alone, in CPU time of this process: an underwriting table asked and its answer written down."""

import json

from insureweb.ops.bench.measure import Result, best_cpu
from products.compiled import CompiledProduct
from products.rules.facts import read_facts
from products.sources import CATALOGUE, read_product_file

PRODUCT = "anlan-guard"
DECISIONS_A_ROUND = 500


def one_table(seconds: float) -> list[Result]:
    """The applications among a product's own test vectors, decided and written down with rows, inputs and words."""
    house = CompiledProduct(read_product_file(CATALOGUE / f"{PRODUCT}.yaml").definition)
    table, asked = house.definition.tables["underwriting"], house.definition.vectors
    applications = [
        {**read_facts(house.definition, vector.facts, vector.plan), **vector.underwriting}
        for vector in asked
        if vector.underwriting_outcome
    ]

    def decisions() -> None:
        for number in range(DECISIONS_A_ROUND):
            decision = house.decide("underwriting", applications[number % len(applications)])
            json.dumps(decision.as_json(), ensure_ascii=False)

    taken, rows = best_cpu(decisions, seconds) / DECISIONS_A_ROUND * 1e6, len(table.rules)
    scenario = f"decision, {PRODUCT}"
    return [
        Result(scenario, "one application with its record, CPU", round(taken, 1), "µs", aim="≤ 200 µs"),
        Result(scenario, f"a row ({rows} rows, {len(table.columns)} columns)", round(taken / rows, 1), "µs",
               aim="≤ 20 µs"),
    ]  # fmt: skip

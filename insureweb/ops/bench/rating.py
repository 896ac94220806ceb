"""The rating engine alone, in CPU time of this process: one quote with its whole trace, and a file of rows."""

import csv
import json
import tempfile
from itertools import product
from pathlib import Path

from insureweb.ops.bench.measure import Result, best_cpu
from products.compiled import CompiledProduct
from products.price_file import price_file
from products.sources import CATALOGUE, read_product_file

TYPICAL, THREE_FACTORS = "anlan-guard", "anlan-hospital-cash"
QUOTES_A_ROUND, ROWS = 200, 50_000


def _compiled(code: str) -> CompiledProduct:
    return CompiledProduct(read_product_file(CATALOGUE / f"{code}.yaml").definition)


def one_quote(seconds: float) -> list[Result]:
    """A typical quote as it is stored: every step with its words in both languages, hash and JSON text."""
    house = _compiled(TYPICAL)
    facts = house.read_facts(house.definition.shop.from_facts, house.definition.shop.default_plan)
    steps = len(house.rating.steps)

    def quotes() -> None:
        for _quote in range(QUOTES_A_ROUND):
            json.dumps(house.price(facts).as_json(), ensure_ascii=False)

    taken = best_cpu(quotes, seconds) / QUOTES_A_ROUND * 1e6
    scenario = f"rating, {TYPICAL}"
    return [
        Result(scenario, "one quote with its whole trace, CPU", round(taken, 1), "µs", aim="≤ 200 µs"),
        Result(scenario, f"a step ({steps} steps)", round(taken / steps, 1), "µs", aim="≤ 20 µs"),
    ]


def file_of_quotes(seconds: float) -> list[Result]:
    """A CSV file of rows read, priced and written."""
    house = _compiled(THREE_FACTORS)
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "rows.csv", Path(name) / "priced.csv"
        _write_rows(house, source)
        taken = best_cpu(lambda: price_file(house, source, target), seconds)
    rate = round(ROWS / taken)
    return [Result(f"batch, {THREE_FACTORS}", "rows of a file priced a second of CPU", rate, "/s", aim="≥ 20,000/s")]


def _write_rows(house: CompiledProduct, path: Path) -> None:
    """Every combination of the product's facts, over and over."""
    asked = house.definition.asked_inputs
    values = [
        [option.text for option in item.options] or range(int(item.minimum or 0), int(item.maximum or 0) + 1)
        for item in asked
    ]
    combinations = list(product(*values))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([item.key for item in asked])
        writer.writerows(combinations[number % len(combinations)] for number in range(ROWS))

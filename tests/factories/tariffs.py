"""Small whole products around a tariff written for a test: the shipped file with other inputs and another rating."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from products.rules.definition import Definition
from products.rules.document import node_of, read_yaml
from products.rules.facts import read_facts
from products.rules.rating import Breakdown, Rating
from products.rules.reading import read_definition
from tests.factories.products import shipped

CODE = "anlan-hospital-cash"
WORDING = "# Terms\n\n## 1 Cover\n\nWe pay.\n"
NUMBER = {"type": "decimal", "min": "0", "max": "1000000"}


@cache
def _shipped_text() -> str:
    """The shipped product as JSON, with a wording of one clause."""
    tree: Any = shipped(CODE).tree
    for wording in tree["wordings"].values():
        wording["text"] = {"zh-hans": WORDING, "en": WORDING}
    for coverage in tree["coverages"].values():
        coverage["clause"] = "1"
        for event in coverage["events"].values():
            event["clause"] = "1"
    for name in ("covered", "not_covered"):
        tree[name] = [{"text": words(name), "clause": "1"}]
    return json.dumps(tree)


def words(text: str) -> dict[str, str]:
    return {"zh-hans": f"{text}。", "en": text}


def named_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: {"label": words(key), **item} for key, item in inputs.items()}


def tariff_tree(
    steps: Sequence[Mapping[str, Any]],
    *,
    inputs: Mapping[str, Any] | None = None,
    tables: Mapping[str, Any] | None = None,
    lines: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Any:
    """A product file's tree. Without `lines`, the last of `steps` is rounded to the cent and is the premium."""
    tree: Any = json.loads(_shipped_text())
    given = named_inputs(inputs or {"x": NUMBER, "y": NUMBER})
    coverages = list(tree["coverages"])
    for key in coverages:
        kind = tree["coverages"][key]["kind"]
        tree["coverages"][key]["daily_amount" if kind == "daily_cash" else "limit"] = "100"
    told = [{"words": words(f"{step.get('step', '')}"), **step} for step in steps]
    if lines is None:
        told.append({"step": "premium", "kind": "round", "of": steps[-1]["step"], "places": "2",
                     "mode": "half_up", "words": words("Premium {premium:money}")})  # fmt: skip
        lines = {"cover": {"name": words("Cover"), "coverages": coverages, "premium": "premium"}}
    told.append({"step": "total", "kind": "sum", "of": [line["premium"] for line in lines.values()],
                 "words": words("Total {total:money}")})  # fmt: skip
    tree["inputs"] = given
    tree["plans"] = {"only": {"name": words("Only")}}
    tree["shop"] |= {"default_plan": "only", "from_price": {"plan": "only", "facts": {}, "words": words("-")}}
    tree["underwriting"] = {
        "hit": "priority",
        "columns": {"age": {"type": "number"}},
        "rules": [{"id": "U-1", "then": "accept", "reason": words("Accepted")}],
    }
    tree["test_vectors"] = [{"name": "x", "claim": {}, "claim_outcome": "pay"}]
    tree["rating"] = {"currency": "CNY", "tables": dict(tables or {}), "steps": told, "lines": dict(lines),
                      "total": "total", **(more or {})}  # fmt: skip
    return tree


def written(text: str) -> Any:
    """A tree from YAML written in a test."""
    return read_yaml(text).tree()


def tariff(steps: Sequence[Mapping[str, Any]], **parts: Any) -> Definition:
    """The definition of such a product."""
    return read_definition(node_of(tariff_tree(steps, **parts)))


def priced(definition: Definition, /, **facts: Any) -> Breakdown:
    return Rating(definition).price(read_facts(definition, facts))


def value_of(definition: Definition, step: str, /, **facts: Any) -> Decimal:
    """The value of one step."""
    value: Decimal = priced(definition, **facts).named_values[step]
    return value

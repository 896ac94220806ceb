"""manage.py quote over a product file with the newer kinds of step: lines, steps, taxes, and what has no price."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from products.rules.dumping import to_yaml
from products.sources import CATALOGUE
from tests.factories.tariffs import tariff_tree, words

CENT = {"kind": "round", "places": "2", "mode": "half_up"}
BANDS = {"name": words("Bands"), "keys": {"x": "range"}, "rows": [["[0..1000)", "0.05"], ["[1000..)", "0.021"]]}
STEPS = [
    {"step": "charge", "kind": "tiers", "of": "x", "table": "bands", "fill": "cumulative"},
    {"step": "shared", "kind": "divide", "of": ["charge", "y"]},
    {"step": "least", "kind": "minimum_premium", "of": "shared", "amount": "20"},
    {"step": "own", "of": "least", **CENT},
    {"step": "duty_exact", "kind": "tax", "of": "own", "percent": "6"},
    {"step": "duty", "of": "duty_exact", **CENT},
]
LINES = {
    "cover": {"name": words("Cover"), "coverages": ["hospital_cash"], "premium": "own"},
    "duty": {"name": words("Duty"), "kind": "tax", "premium": "duty"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tariff.yaml"
    path.write_text(to_yaml(tariff_tree(STEPS, tables={"bands": BANDS}, lines=LINES)), encoding="utf-8")
    return path


def quote(file: Path, facts: dict[str, Any]) -> Any:
    source, out = file.with_suffix(".json"), io.StringIO()
    source.write_text(json.dumps(facts), encoding="utf-8")
    with translation.override("en"):
        call_command("quote", str(file), "--facts", str(source), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_lines_steps_and_tax_are_printed(file: Path) -> None:
    told = quote(file, {"x": 4321, "y": 3})
    assert (told["total"], told["premium"], told["tax"]) == ("42.30", "39.91", "2.39")
    assert [(line["coverage"], line["unrounded"], line["rounded"]) for line in told["coverages"]] == [
        ("cover", "39.91366666666666666666666666666667", "39.91"),
        ("duty", "2.3946", "2.39"),
    ]
    charge = told["steps"][0]
    assert charge["operands"] == {
        "x": "4321",
        "table": "bands",
        "row": "[0..1000) | [1000..)",
        "parts": "1000 × 0.05 + 3321 × 0.021",
    }
    assert [step["kind"] for step in told["steps"]][1:3] == ["divide", "minimum_premium"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"x": -1, "y": "a"}, ["x: Enter a number from 0 to 1,000,000.", "y: Enter a number in digits"]),
        ({"x": 5, "y": 0}, ["facts: shared: the divisor is zero"]),
    ],
)
def test_what_has_no_price_ends_with_two(file: Path, facts: dict[str, Any], told: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        quote(file, facts)
    assert caught.value.returncode == 2
    assert all(words in str(caught.value) for words in told)


def test_a_plan_in_the_facts_that_is_not_the_one_asked_for_is_refused(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"age": 30, "sex": "male", "plan": "premium"}', encoding="utf-8")
    product = str(CATALOGUE / "anlan-critical-illness.yaml")
    with translation.override("en"), pytest.raises(CommandError, match="plan: The facts name another plan") as caught:
        call_command("quote", product, "--plan", "basic", "--facts", str(facts))
    assert caught.value.returncode == 2

"""Reads the table of alerts beside this file once a process."""

import functools
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from products.rules.decisions import Decision, DecisionTable, RuleHit, decide
from products.rules.document import read_yaml
from products.rules.reading.tables import read_standalone_table
from risk.rules.indicators import Measured

FILE = Path(__file__).with_name("tables") / "alerts.yaml"


@functools.cache
def alert_table() -> DecisionTable:
    """The compiled table.

    Raises:
        ProductFileError: the file cannot be read; it says the line.
        ValueError: a rule that raises an alert does not say within how many days it is answered.
    """
    table = read_standalone_table(read_yaml(FILE.read_text(encoding="utf-8"), file=FILE.name))
    for rule in table.rules:
        if not rule.outputs.get("answer_days", "").isdecimal():
            raise ValueError(f"Rule {rule.id} needs answer_days.")
    return table


def judge(indicator: str, measured: Measured) -> Decision:
    """What the table says about a measurement."""
    facts: dict[str, Any] = {
        "indicator": str(indicator),
        "value": measured.value,
        "sample": Decimal(measured.sample),
        "times_usual": measured.times_usual,
    }
    return decide(alert_table(), facts)


def time_to_answer(hit: RuleHit) -> timedelta:
    return timedelta(days=int(hit.outputs["answer_days"]))

"""Reads the table of fraud signals beside this file once a process."""

import functools
from pathlib import Path

from products.rules.decisions import DecisionTable
from products.rules.document import read_yaml
from products.rules.reading.tables import read_standalone_table

FILE = Path(__file__).with_name("tables") / "fraud.yaml"


@functools.cache
def fraud_table() -> DecisionTable:
    """The compiled table.

    Raises:
        ProductFileError: the file cannot be read; it says the line.
    """
    return read_standalone_table(read_yaml(FILE.read_text(encoding="utf-8"), file=FILE.name))

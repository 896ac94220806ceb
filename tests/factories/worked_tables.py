"""Worked tables of docs/algorithms, as the tests that mirror them read them."""

import re
from decimal import Decimal
from pathlib import Path

ALGORITHMS = Path(__file__).resolve().parents[2] / "docs" / "algorithms"
_TABLE = re.compile(r"(?:^\|.+\|\n?)+", re.MULTILINE)


def section(document: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    text = (ALGORITHMS / document).read_text(encoding="utf-8")
    after = re.split(rf"^#{{2,3}} {re.escape(heading)}\n", text, flags=re.MULTILINE)[1]
    return re.split(r"^#{1,3} ", after, flags=re.MULTILINE)[0]


def worked_rows(document: str, heading: str, table: int = 0) -> list[dict[str, str]]:
    """Rows of a table under a heading, each by the words of the table's first line; several tables are counted from 0.

    Raises:
        AssertionError: the table has no rows; a test over it would prove nothing.
    """
    found = _TABLE.findall(section(document, heading))[table]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()]
    assert len(rows) > 2, f"{document} has no rows under {heading}"
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def figure(cell: str) -> Decimal:
    """The first number of a cell: 9,000.00, −0.01, ¥100.00, 90 days."""
    found = re.search(r"-?\d+(\.\d+)?", cell.replace(",", "").replace("−", "-"))
    assert found, f"no number in '{cell}'"
    return Decimal(found[0])

"""The table people read and the JSON machines keep."""

import json
import os
import platform
from pathlib import Path

from rich.console import Console
from rich.table import Table

from insureweb.ops.bench.measure import Result
from insureweb.ops.bench.stage import THREADS, WORKERS


def machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "application_server": f"gunicorn gthread, {WORKERS} workers × {THREADS} threads",
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def show(results: list[Result], console: Console) -> None:
    table = Table(title="InsureWeb bench", caption=" · ".join(str(value) for value in machine().values()))
    for heading in ("scenario", "figure", "measured", "baseline", "ratio", "budget", "", "aim"):
        table.add_column(heading, justify="right" if heading in {"measured", "baseline", "ratio", "budget"} else "left")
    for result in results:
        verdict = {True: "kept", False: "missed", None: ""}[result.kept]
        table.add_row(
            result.scenario, result.figure, f"{result.measured:,.2f} {result.unit}", _number(result.baseline),
            _number(result.ratio), _number(result.budget), verdict, result.aim,
        )  # fmt: skip
    console.print(table)


def write(results: list[Result], path: Path) -> None:
    content = {"machine": machine(), "results": [result.as_dict() for result in results]}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

"""The one check of the code that people, pre-commit and CI run alike."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

TEMPLATE_FOLDERS = ("templates", "insureweb", "customers", "products", "policies", "claims", "risk")


@dataclass(frozen=True)
class Step:
    """One tool: the command that checks, and the one that mends where there is one."""

    name: str
    check: list[str]
    mend: list[str] | None = None


def steps(root: Path) -> list[Step]:
    templates = [str(file) for folder in TEMPLATE_FOLDERS for file in sorted((root / folder).rglob("*.html"))]
    djade = ["djade", "--target-version", "5.2"]
    return [
        Step("format", ["ruff", "format", "--check", "."], ["ruff", "format", "."]),
        Step("lint", ["ruff", "check", "."], ["ruff", "check", "--fix", "."]),
        Step("templates", [*djade, "--check", *templates], [*djade, *templates]),
        Step("arrows", ["lint-imports"]),
        Step("types", ["mypy"]),
    ]


def run(root: Path, *, mend: bool, say: Callable[[str], None]) -> list[str]:
    """Run every step, even after one failed; returns the names of those that failed."""
    return list(_failures(root, mend=mend, say=say))


def _failures(root: Path, *, mend: bool, say: Callable[[str], None]) -> Iterator[str]:
    for step in steps(root):
        started = time.monotonic()
        command = step.mend if mend and step.mend else step.check
        # Beside this interpreter, so that it is the locked version whatever the shell's path says.
        program = Path(sys.executable).with_name(command[0])
        done = subprocess.run([program, *command[1:]], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
        seconds = time.monotonic() - started
        if done.returncode == 0:
            say(f"ok    {step.name:<12}{seconds:5.1f} s")
            continue
        say(f"BAD   {step.name:<12}{seconds:5.1f} s\n{done.stdout}{done.stderr}")
        yield step.name

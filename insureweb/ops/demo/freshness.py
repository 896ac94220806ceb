"""Whether the data folder was prepared from exactly these files, so that a later start can skip the preparation."""

import hashlib
from pathlib import Path

STAMP_FILE = "prepared"
UNFINISHED = "unfinished"
INPUTS = (
    "**/migrations/*.py", "products/catalogue/**/*", "products/tables/**/*", "static/**/*", "locale/**/*.po",
    "customers/roles.py", "insureweb/ops/portfolio/**/*.py", "insureweb/ops/demo/*.py", "uv.lock",
)  # fmt: skip
SKIPPED_FOLDERS = frozenset({"var", "node_modules"})


def fingerprint(root: Path) -> str:
    """A hash over name, size and time of every file that the preparation reads."""
    facts = hashlib.sha256()
    for pattern in INPUTS:
        for file in sorted(root.glob(pattern)):
            parts = file.relative_to(root).parts
            if not file.is_file() or parts[0].startswith(".") or SKIPPED_FOLDERS & set(parts):
                continue
            found = file.stat()
            facts.update(f"{'/'.join(parts)}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return facts.hexdigest()


def is_prepared(folder: Path, stamp: str) -> bool:
    try:
        return (folder / STAMP_FILE).read_text() == stamp
    except OSError:
        return False


def begin(folder: Path) -> None:
    """Note that a preparation runs, unless an earlier one was finished."""
    stamp = folder / STAMP_FILE
    if not stamp.exists():
        stamp.write_text(UNFINISHED)


def is_unfinished(folder: Path) -> bool:
    """True when the very first preparation was interrupted; its half portfolio is of no use."""
    return is_prepared(folder, UNFINISHED)


def remember(folder: Path, stamp: str) -> None:
    (folder / STAMP_FILE).write_text(stamp)

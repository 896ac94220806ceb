"""Whether the data folder was prepared from exactly these files, so that a later start can skip the preparation."""

import hashlib
from pathlib import Path

STAMP_FILE = "prepared"
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


def remember(folder: Path, stamp: str) -> None:
    (folder / STAMP_FILE).write_text(stamp)

"""Compiled translations, made from the .po files without GNU gettext. They are built, never committed."""

from collections.abc import Iterable
from pathlib import Path

import polib


def word_files(folders: Iterable[Path]) -> list[Path]:
    """Every .po file below the folders."""
    return sorted(file for folder in folders for file in Path(folder).glob("*/LC_MESSAGES/*.po"))


def is_compiled(file: Path) -> bool:
    compiled = file.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= file.stat().st_mtime


def compile_words(folders: Iterable[Path]) -> list[Path]:
    """Compile what is missing or older than its source, each file in one step; returns what was made."""
    made = []
    for file in word_files(folders):
        if is_compiled(file):
            continue
        unfinished = file.with_suffix(".mo.unfinished")
        polib.pofile(str(file)).save_as_mofile(str(unfinished))
        made.append(unfinished.replace(file.with_suffix(".mo")))
    return made

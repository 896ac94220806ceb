"""Translations: compiled without GNU gettext (built, never committed), and proved complete."""

import re
from collections.abc import Iterable
from pathlib import Path

import polib

HAN = re.compile(r"[\u4e00-\u9fff]")


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


def incomplete_words(file: Path) -> list[str]:
    """What a .po file still lacks: translations, a second look at fuzzy ones, sources that are not English."""
    entries = [entry for entry in polib.pofile(str(file)) if not entry.obsolete]
    problems = [f"untranslated: {entry.msgid!r}" for entry in entries if not _is_translated(entry)]
    problems += [f"fuzzy: {entry.msgid!r}" for entry in entries if entry.fuzzy]
    problems += [f"not English: {entry.msgid!r}" for entry in entries if HAN.search(entry.msgid)]
    return problems


def _is_translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)


def missing_words(before: str, after: str) -> list[str]:
    """Sources found in the code (`after`, freshly collected) that the committed file (`before`) does not hold."""
    return sorted(_sources(after) - _sources(before))


def _sources(text: str) -> set[str]:
    return {entry.msgid for entry in polib.pofile(text) if not entry.obsolete}

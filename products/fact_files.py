"""Facts from a file or standard input: JSON, or YAML whose every scalar stays the text that was written."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from products.rules.document import ProductFileError, read_yaml

MAX_CHARACTERS = 100_000
STANDARD_INPUT = "-"


class FactsUnreadable(Exception):
    """The file holds no facts; the message says why."""


def read_fact_file(source: str) -> dict[str, Any]:
    """The facts of a file; `-` reads standard input. Numbers of JSON never pass through a binary
    float, and what is no number (NaN) stays text, to be refused as the fact it stands for.

    Raises:
        FactsUnreadable: not there, too large, neither JSON nor YAML, or no mapping of facts.
    """
    text = _read(source).lstrip("\ufeff")
    if len(text) > MAX_CHARACTERS:
        raise FactsUnreadable(f"{source}: longer than {MAX_CHARACTERS} characters")
    facts = _json(source, text) if text.lstrip().startswith("{") else _yaml(source, text)
    if not isinstance(facts, dict):
        raise FactsUnreadable(f"{source}: the facts must be one mapping of names to values")
    return facts


def _read(source: str) -> str:
    try:
        if source == STANDARD_INPUT:
            return sys.stdin.read(MAX_CHARACTERS + 1)
        with Path(source).open(encoding="utf-8-sig") as file:
            return file.read(MAX_CHARACTERS + 1)
    except OSError as error:
        raise FactsUnreadable(f"{source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FactsUnreadable(f"{source}: not UTF-8 text") from None


def _json(source: str, text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_int=_whole, parse_constant=str, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        # YAML writes mappings in braces too, without the quotes.
        try:
            return _yaml(source, text)
        except FactsUnreadable:
            raise FactsUnreadable(f"{source}:{error.lineno}: not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise FactsUnreadable(f"{source}: not JSON: {error}") from None


def _yaml(source: str, text: str) -> Any:
    try:
        return read_yaml(text, file=source).tree()
    except ProductFileError as error:
        raise FactsUnreadable(str(error)) from None


def _whole(text: str) -> int | str:
    """A whole number; one too long to be a figure of ours stays text and is refused as a fact, not as a crash."""
    return int(text) if len(text) <= 18 else text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"'{key[:60]}' stands twice")
        found[key] = value
    return found

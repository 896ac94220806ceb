"""Quotes stored by earlier releases: their definitions still load and give the identical price, steps and hash."""

import json
from pathlib import Path

import pytest

from products.rules.document import node_of
from products.rules.facts import read_facts
from products.rules.rating import replay
from products.rules.reading import read_definition

STORED = sorted((Path(__file__).parent / "stored").glob("*.json"))
GUARD_HASH = "b4c995781923c0bdf37f2a12acd0f27738730a4f4fbbdfcb099ef053e4982d12"


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_quote_replays_to_the_letter(path: Path) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    definition = read_definition(node_of(stored["definition"]))
    assert definition.content_hash == stored["content_hash"]
    assert replay(definition, read_facts(definition, stored["facts"])).as_json() == stored["breakdown"]


def test_the_first_product_kept_its_hash() -> None:
    stored = json.loads(STORED[0].read_text(encoding="utf-8"))
    assert (stored["breakdown"]["total"], stored["breakdown"]["hash"]) == ("174.25", GUARD_HASH)

"""The JSON Schema follows the reader: nothing the reader takes is refused by it, and CI sees when it falls behind."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as given_settings
from jsonschema import Draft202012Validator

from products.management.commands.list_product_schema import TARGET
from products.rules.document import ProductFileError, node_of, read_yaml
from products.rules.reading import read_definition
from products.schema import EVERY_KEY, KeysUnseen, product_schema
from products.sources import catalogue_files, read_product_file, read_text
from tests.factories.definitions import definitions
from tests.factories.products import shipped

SCHEMA = json.loads((Path(settings.BASE_DIR) / TARGET).read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def problems(tree: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(tree)]


def test_the_schema_is_a_schema_and_up_to_date() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    call_command("list_product_schema", "--check")


def test_check_sees_a_difference(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / TARGET).parent.mkdir(parents=True)
    (tmp_path / TARGET).write_text("{}")
    with pytest.raises(CommandError, match="differs from the reader"):
        call_command("list_product_schema", "--check")


@pytest.mark.parametrize("path", [*catalogue_files(), EVERY_KEY], ids=lambda path: path.stem)
def test_every_shipped_file_validates_as_written_and_as_stored(path: Path) -> None:
    assert problems(read_yaml(read_text(path)).tree()) == []
    assert problems(read_product_file(path).tree) == []


@given_settings(max_examples=60)
@given(definitions())
def test_what_the_reader_takes_the_schema_takes(tree: Any) -> None:
    read_definition(node_of(tree))
    assert problems(tree) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("colour", "red"),
        ("insured", "ship"),
        ("name", {"en": "Guard"}),
        ("terms.length", {"count": "1"}),
        ("terms.length", {"until_age": "106", "unit": "year"}),
        ("terms.cooling_off_days", "soon"),
        ("sale.channels", []),
        ("sale.from", "tomorrow"),
        ("coverages.death.events", {}),
        ("coverages.death.colour", "red"),
        ("wordings.terms.text", None),
        ("rating.steps.0.kind", "magic"),
        ("underwriting.rules.0.then", "maybe"),
        ("questions.serious_illness.type", "telepathy"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(place: str, value: Any) -> None:
    tree = deepcopy(shipped().tree)
    *parents, last = place.split(".")
    target: Any = tree
    for parent in parents:
        target = target[int(parent)] if isinstance(target, list) else target[parent]
    if value is None:
        del target[last]
    else:
        target[last] = value
    assert problems(tree)
    with pytest.raises(ProductFileError):
        read_definition(node_of(tree))


def test_a_key_no_file_uses_is_an_error() -> None:
    with pytest.raises(KeysUnseen, match=r"sale\.quota"):
        product_schema([path for path in catalogue_files() if path.stem == "anlan-guard"])

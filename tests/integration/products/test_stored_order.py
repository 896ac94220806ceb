"""The order in which a product is written is part of what it says, and the database keeps it."""

from pathlib import Path

import pytest

from products.models import ProductVersion
from products.rules.document import node_of
from products.rules.rating import Rating
from products.rules.reading import read_definition
from products.services.loading import load_product
from products.sources import ProductSource, catalogue_files, read_product_file
from tests.factories.products import AT, LOADER
from tests.factories.tariffs import tariff_tree, words

pytestmark = pytest.mark.django_db


def order_of(tree: object) -> object:
    """Every key of a tree in its place."""
    if isinstance(tree, dict):
        return [(key, order_of(value)) for key, value in tree.items()]
    return [order_of(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("path", catalogue_files(), ids=lambda path: path.stem)
def test_a_stored_definition_keeps_the_order_of_its_file(path: Path) -> None:
    source = read_product_file(path)
    load_product(source=source, by=LOADER, at=AT)
    stored = ProductVersion.objects.get(product__code=path.stem).definition
    assert order_of(stored) == order_of(source.tree)
    assert read_definition(node_of(stored)).content_hash == source.definition.content_hash


def test_the_keys_of_a_rate_table_keep_their_cells() -> None:
    inputs = {
        "occupation_class": {"type": "integer", "min": "1", "max": "2"},
        "age": {"type": "integer", "min": "18", "max": "60"},
    }
    tables = {"factor": {"name": words("Factor"), "keys": {"occupation_class": "exact", "age": "range"}, "rows": [
        ["1", "18..60", "1.5"], ["2", "18..60", "2.5"]]}}  # fmt: skip
    by = {"occupation_class": "occupation_class", "age": "age"}
    tree = tariff_tree([{"step": "a", "kind": "lookup", "table": "factor", "by": by}], inputs=inputs, tables=tables)
    source = ProductSource(Path("keys.yaml"), "", tree, read_definition(node_of(tree)))
    version = load_product(source=source, by=LOADER, at=AT).version
    version.refresh_from_db()
    stored = read_definition(node_of(version.definition))
    facts = {"occupation_class": 2, "age": 30}
    assert Rating(stored).price(facts).hash == Rating(source.definition).price(facts).hash

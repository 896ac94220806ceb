"""Products brought on sale by the services, from the shipped files or from small ones written for a test."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from insureweb.kernel.actors import Actor
from products.generation import bump_on_commit
from products.models import Product, ProductVersion
from products.rules.document import Node, node_of
from products.rules.reading import read_definition
from products.services.loading import load_categories, load_insurers, load_product
from products.services.review import publish_shipped, publish_version, sign_version, submit_for_review
from products.sources import CATALOGUE, ProductSource, read_product_file
from tests.factories.made_once import made_once

AT = datetime(2026, 5, 19, 2, 0, tzinfo=UTC)
LOADER = Actor.system("tests")
GUARD = "anlan-guard"
AUTHOR = Actor("staff", "62fa", "Product Author", frozenset({"product_manager"}))
PRODUCT_MANAGER = Actor("staff", "7a4f", "Product Manager", frozenset({"product_manager"}))
ACTUARY = Actor("staff", "81bd", "Actuary", frozenset({"actuary"}))
RISK_MANAGER = Actor("staff", "81bc", "Risk Manager", frozenset({"risk_manager"}))
ADJUSTER = Actor("staff", "93de", "Adjuster", frozenset({"claims_adjuster"}))


def load_house() -> None:
    """The two insurers with their books, and all categories."""
    load_insurers(path=CATALOGUE / "_insurers.yaml", by=LOADER, at=AT)
    load_categories(path=CATALOGUE / "_categories.yaml", by=LOADER, at=AT)


@cache
def shipped(code: str = GUARD) -> ProductSource:
    return read_product_file(CATALOGUE / f"{code}.yaml")


def draft_version(code: str = GUARD, *, at: datetime = AT) -> ProductVersion:
    """A shipped product as a draft."""
    return load_product(source=shipped(code), by=LOADER, at=at).version


def published_version(code: str = GUARD, *, at: datetime = AT) -> ProductVersion:
    """A shipped product on sale since the day its file names, published by `at`."""
    same = ProductVersion.objects.filter(content_hash=shipped(code).definition.content_hash, state="published")
    if at >= AT and not Product.objects.filter(code=code).exists():
        made_once(code, lambda: publish_shipped(draft_version(code), AT))
        bump_on_commit()
    return same.select_related("product__insurer").first() or publish_shipped(draft_version(code, at=at), at)


def in_review(version: ProductVersion, *, at: datetime = AT) -> ProductVersion:
    """Handed in by its author."""
    return submit_for_review(version=version, by=AUTHOR, at=at)


def publish(version: ProductVersion, *, by: Actor = PRODUCT_MANAGER, at: datetime = AT) -> ProductVersion:
    """Handed in by its author, signed by the actuary and published by somebody else."""
    return publish_version(version=signed(in_review(version, at=at), at=at), by=by, at=at)


def signed(version: ProductVersion, *, at: datetime = AT) -> ProductVersion:
    """Signed off by the actuary."""
    return sign_version(version=version, by=ACTUARY, at=at)


def whole_catalogue(at: datetime = AT) -> list[ProductVersion]:
    """Every shipped product on sale."""
    codes = sorted(path.stem for path in CATALOGUE.glob("*.yaml") if not path.name.startswith("_"))
    return [published_version(code, at=at) for code in codes]


def changed(source: ProductSource, *changes: tuple[str, object]) -> ProductSource:
    """The same file with other values at dotted places; None takes a key away."""
    tree = changed_tree(source.tree, *changes)
    root: Node = node_of(tree)
    return ProductSource(Path("changed.yaml"), source.text, tree, read_definition(root))


def changed_tree(tree: object, *changes: tuple[str, object]) -> Any:
    """A copy of a tree with other values at dotted places; None takes a key away."""
    tree = _copy(tree)
    for place, value in changes:
        *parents, last = place.split(".")
        target = tree
        for parent in parents:
            target = target[int(parent)] if isinstance(target, list) else target[parent]
        if value is None:
            del target[last]
        else:
            target[int(last) if isinstance(target, list) else last] = value
    return tree


def _copy(tree: object) -> object:
    if isinstance(tree, dict):
        return {key: _copy(value) for key, value in tree.items()}
    return [_copy(item) for item in tree] if isinstance(tree, list) else tree

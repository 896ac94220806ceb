"""Drafts: a new version begins as a copy, changes in one act at a time, and never loses what another editor wrote."""

from datetime import datetime
from typing import cast

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import NotAllowed
from products.blank import blank_tree
from products.messages import refusal_words
from products.models import Product, ProductVersion
from products.rules.definition import Definition
from products.rules.document import Tree, node_of
from products.rules.dumping import to_yaml
from products.rules.reading import read_definition
from products.services.loading import product_of, write_definition
from products.services.review import lock_product, lock_version
from products.states import VersionState

MAY_DRAFT = frozenset({"system", "product_manager"})


@use_case
def start_product(
    *, code: str, name: dict[str, str], insurer: str, category: str, by: Actor, at: datetime
) -> ProductVersion:
    """A new product with a first draft: the smallest definition that reads, for its authors to fill.

    Raises:
        Refused: the code is taken, insurer or category unknown.
        NotAllowed: the actor is no product manager.
        ProductFileError: the code is none, or a language is missing.
    """
    _check_may_draft(by)
    if Product.objects.filter(code=code).exists():
        raise Refused("code_taken", refusal_words("code_taken", code=code), "code")
    tree = blank_tree(code=code, name=name, insurer=insurer, category=category, day=business_date(at))
    definition = read_definition(node_of(tree))
    return _new_draft(product_of(definition), tree, definition, at)


@use_case
def start_draft(*, from_version: ProductVersion, name: str, by: Actor, at: datetime) -> ProductVersion:
    """A new version of a product as a copy of another one. Its filing is left out: a new version is filed anew.

    Raises:
        Refused: the product has a version of this name.
        NotAllowed: the actor is no product manager.
        ProductFileError: the name cannot be one.
    """
    _check_may_draft(by)
    product = lock_product(from_version.product_id)
    if product.versions.filter(version=name).exists():
        raise Refused("version_taken", refusal_words("version_taken", version=name), "version")
    copied = cast(dict[str, Tree], ProductVersion.objects.get(pk=from_version.pk).definition)
    tree: Tree = {key: value for key, value in {**copied, "version": name}.items() if key != "filing"}
    return _new_draft(product, tree, read_definition(node_of(tree)), at)


@use_case
def change_draft(
    *, version: ProductVersion, tree: Tree, seen_hash: str, by: Actor, at: datetime, reason: str = ""
) -> ProductVersion:
    """Replace a draft's definition. `seen_hash` is the content the editor began with.

    Raises:
        Refused: it is no draft, somebody else changed it meanwhile, or the text is another product's or version's.
        NotAllowed: the actor is no product manager.
        ProductFileError: the definition does not read; nothing is written.
    """
    _check_may_draft(by)
    definition = read_definition(node_of(tree))
    locked = lock_version(version)
    if locked.state != VersionState.DRAFT:
        raise Refused("not_a_draft", refusal_words("not_a_draft"), "state")
    if locked.content_hash != seen_hash:
        raise Refused("changed_meanwhile", refusal_words("changed_meanwhile"), "definition")
    if definition.code != locked.product.code:
        raise Refused("other_product", refusal_words("other_product"), "product")
    product_of(definition)
    _check_names(locked, definition)
    write_definition(locked, tree, to_yaml(tree), definition, at)
    return locked


def _check_names(version: ProductVersion, definition: Definition) -> None:
    """Raises Refused: the product has another version of this name or with this content."""
    others = ProductVersion.objects.filter(product=version.product_id).exclude(pk=version.pk)
    if others.filter(version=definition.version).exists():
        raise Refused("version_taken", refusal_words("version_taken", version=definition.version), "version")
    if others.filter(content_hash=definition.content_hash).exists():
        raise Refused("content_taken", refusal_words("content_taken"), "definition")


def _new_draft(product: Product, tree: Tree, definition: Definition, at: datetime) -> ProductVersion:
    version = ProductVersion(product=product)
    write_definition(version, tree, to_yaml(tree), definition, at)
    return version


def _check_may_draft(by: Actor) -> None:
    if not by.is_one_of(MAY_DRAFT):
        raise NotAllowed("not_allowed", refusal_words("draft_not_allowed"))

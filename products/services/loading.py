"""Brings insurers, categories and product files into the database."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from stdnum.cn import uscc

from insureweb.finance.services.ledger import open_books
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import open_series
from products.compiled import compiled_definition
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import Category, Insurer, LicenceScope, Product, ProductVersion
from products.rules.definition import Definition
from products.rules.document import Node, ProductFileError, Tree, read_yaml
from products.services.search import write_search_document
from products.sources import ProductSource, read_text
from products.states import VersionState

Row = TypeVar("Row", Insurer, Category)
SCOPES = tuple(LicenceScope.values)


@dataclass(frozen=True)
class Loaded:
    """The version a file stands for; `is_new` is false when the same content was there already."""

    version: ProductVersion
    is_new: bool


@use_case
def load_insurers(*, path: Path, by: Actor, at: datetime) -> list[Insurer]:
    """Create or update the insurers of a file and open their number series and ledger books.

    Raises:
        ProductFileError: with file, line and place.
    """
    return [_load_insurer(node, by=by, at=at) for node in _entries(path)]


@use_case
def load_categories(*, path: Path, by: Actor, at: datetime) -> list[Category]:
    """Create or update the categories of a file.

    Raises:
        ProductFileError: with file, line and place.
    """
    return [_load_category(node) for node in _entries(path)]


def _entries(path: Path) -> tuple[Node, ...]:
    return read_yaml(read_text(path), file=path.name).items(at_least=1)


def _load_insurer(node: Node, *, by: Actor, at: datetime) -> Insurer:
    fields = node.fields("code name short_name licence_scope uscc sale_regions number_mark")
    number = fields["uscc"].text(max_length=18)
    if not uscc.is_valid(number):
        raise fields["uscc"].error("is not a unified social credit code")
    values = {
        "name": fields["name"].localized(max_length=80),
        "short_name": fields["short_name"].localized(max_length=40),
        "licence_scope": fields["licence_scope"].one_of(SCOPES),
        "uscc": number,
        "sale_regions": [item.text(max_length=10) for item in fields["sale_regions"].items(at_least=1)],
    }
    mark = fields["number_mark"].text(max_length=2)
    insurer = _saved(Insurer, fields["code"].code(), values)
    open_series(insurer=insurer.code, mark=mark)
    open_books(insurer_code=insurer.code, by=by, at=at)
    return insurer


def _load_category(node: Node) -> Category:
    fields = node.fields("code name licence_scopes", "short_term_scopes order")
    values = {
        "name": fields["name"].localized(max_length=40),
        "licence_scopes": [item.one_of(SCOPES) for item in fields["licence_scopes"].items(at_least=1)],
        "short_term_scopes": [item.one_of(SCOPES) for item in fields.items_of("short_term_scopes")],
        "order": fields.integer("order", 100),
    }
    return _saved(Category, fields["code"].code(), values)


def _saved(model: type[Row], code: str, values: dict[str, object]) -> Row:
    """The row with this code and these values; written only when something differs."""
    row = model.objects.filter(code=code).first() or model(code=code)
    changed = [name for name, value in values.items() if row.pk is None or getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if row.pk is None or changed:
        row.save()
        bump_on_commit()
    return row


@use_case
def load_product(*, source: ProductSource, by: Actor, at: datetime) -> Loaded:
    """Bring a product file in as a draft version. The same content again changes nothing; a draft of the same name is
    replaced.

    Raises:
        Refused: insurer or category unknown or changed, or the version's name is taken by one that left the draft.
    """
    definition = source.definition
    product = product_of(definition)
    same = product.versions.filter(content_hash=definition.content_hash).first()
    if same is not None:
        write_search_document(same)
        return Loaded(same, is_new=False)
    version = product.versions.select_for_update().filter(version=definition.version).first()
    if version is not None and version.state != VersionState.DRAFT:
        raise Refused("version_frozen", refusal_words("version_frozen", version=definition.version), "version")
    version = version or ProductVersion(product=product)
    write_definition(version, source.tree, source.text, definition, at)
    return Loaded(version, is_new=True)


def write_definition(version: ProductVersion, tree: Tree, source: str, definition: Definition, at: datetime) -> None:
    """Store what a draft says, and everything that follows from it. For services that hold the version or make it."""
    version.version, version.definition, version.source = definition.version, tree, source
    version.content_hash, version.loaded_at = definition.content_hash, at
    version.sale_from, version.sale_until = definition.sale.starts_on, definition.sale.ends_on
    version.save()
    compiled_definition(definition)  # what was just read is not read again for the search
    write_search_document(version)
    bump_on_commit()


def product_of(definition: Definition) -> Product:
    """The product a definition is a version of, made when it is new.

    Raises:
        Refused: insurer or category unknown, or other ones than the product's.
    """
    insurer = Insurer.objects.filter(code=definition.insurer).first()
    category = Category.objects.filter(code=definition.category).first()
    if insurer is None:
        raise Refused("unknown_insurer", refusal_words("unknown_insurer", code=definition.insurer), "insurer")
    if category is None:
        raise Refused("unknown_category", refusal_words("unknown_category", code=definition.category), "category")
    defaults = {"name": definition.name, "insurer": insurer, "category": category}
    product, created = Product.objects.select_for_update().get_or_create(code=definition.code, defaults=defaults)
    if not created and (product.insurer_id, product.category_id) != (insurer.pk, category.pk):
        raise Refused("other_insurer", refusal_words("other_insurer"), "insurer")
    return product


def file_problem(error: ProductFileError | Refused, path: Path) -> str:
    """One line for a command's output."""
    return f"{path.name}: {error}" if isinstance(error, Refused) else str(error)

"""Keeping the search's documents: one a version, written with the version and made again when the cutting changes."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from products.compiled import compiled
from products.models import ProductVersion, SearchDocument
from products.rules.definition import Definition
from products.rules.needs import needs_of
from products.rules.search_text import vector_text
from products.shop_tables import needs


def write_search_document(version: ProductVersion) -> None:
    """The document of a version as it stands now, made only when it is missing. For services that hold the version."""
    if SearchDocument.objects.filter(version=version, content_hash=version.content_hash).exists():
        return
    _write(version)


def _write(version: ProductVersion) -> None:
    terms = Cast(Value(document_text(compiled(version).definition)), SearchVectorField())
    SearchDocument.objects.update_or_create(
        version=version, defaults={"terms": terms, "content_hash": version.content_hash}
    )


def document_text(product: Definition) -> str:
    """What a product is found by: its name and kind first, then what it promises, then what it covers.

    What it does not cover is left out on purpose: somebody looking for earthquake cover must not be led to a policy
    that excludes it.
    """
    facets = [f"category:{product.category}", *(f"for:{audience}" for audience in product.audience)]
    facets += [f"need:{key}" for key in needs_of(product, needs())]
    shop = product.shop
    names = [*_both(product.name), *_both(product.kind)]
    promises = [*_both(shop.promise), *_both(shop.covered_line)]
    promises += [text for coverage in product.coverages for text in _both(coverage.name)]
    covered = [text for statement in product.covered for text in _both(statement.text)]
    covered += [text for coverage in product.coverages for event in coverage.events for text in _both(event.name)]
    return vector_text({"A": names, "B": promises, "C": covered}, facets)


def _both(words: Localized) -> Iterable[str]:
    return words.as_dict().values()


@use_case
def index_products(*, by: Actor, at: datetime) -> int:
    """Make the documents of all versions again; how many there are."""
    count = 0
    for version in ProductVersion.objects.iterator(chunk_size=50):
        _write(version)
        count += 1
    return count

"""What pages and other apps read about products. No writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from insureweb.kernel.checks import Refused
from insureweb.kernel.fixed_query import FixedQuery, Given
from insureweb.kernel.periods import business_date
from products.compiled import CompiledProduct, compiled, is_compiled
from products.generation import generation, is_changing
from products.messages import refusal_words
from products.models import Category, Insurer, Product, ProductVersion, RegionsFrom, SaleCount, SaleSwitch
from products.ports import sale_stops
from products.rules.definition import ALL_REGIONS, Definition, FactValue
from products.rules.platform_facts import GROUP_SIZE
from products.rules.regions import covers
from products.states import VersionState


class ProductNotOnSale(Refused):
    """The product has no version on sale at that moment, or none of that name exists."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A product on sale as the shop shows it: stored version, compiled form, insurer, category, lowest usual price."""

    version: ProductVersion
    product: CompiledProduct

    @property
    def from_price(self) -> Decimal:
        return self.product.from_price

    @property
    def is_yearly(self) -> bool:
        """Whether its price is the price of a year."""
        return self.definition.terms.is_paid_by_the_year

    @property
    def is_group(self) -> bool:
        """Whether its price is the price of one person of a group."""
        return GROUP_SIZE in self.definition.inputs_by_key

    @property
    def definition(self) -> Definition:
        return self.product.definition

    @property
    def code(self) -> str:
        return self.product.definition.code

    @property
    def insurer(self) -> Insurer:
        return self.version.product.insurer

    @property
    def category(self) -> Category:
        return self.version.product.category


def versions_on_sale(at: datetime, region: str = ALL_REGIONS) -> QuerySet[ProductVersion]:
    """Published versions whose sale period holds the day, with policies left to sell, and not stopped by anybody.

    The switch of the region counts before the one for everywhere.
    """
    day, regions = business_date(at), {ALL_REGIONS, region}
    of_product = SaleSwitch.objects.filter(product=OuterRef("product"))
    on_here = SaleSwitch.objects.filter(product=OuterRef("product"), region=region, is_on=True)
    off = of_product.filter(Q(region=region) | Q(region=ALL_REGIONS) & ~Exists(on_here), is_on=False)
    sold_out = SaleCount.objects.filter(version=OuterRef("pk"), sold__gte=F("quota"))
    versions = (
        ProductVersion.objects.filter(state=VersionState.PUBLISHED, sale_from__lte=day)
        .filter(Q(sale_until__isnull=True) | Q(sale_until__gt=day))
        .filter(~Exists(off), ~Exists(sold_out))
        .select_related("product__insurer", "product__category")
        .defer("source", "definition")
        .order_by("product__code")
    )
    for stop in sale_stops(at, regions):
        versions = versions.filter(~Exists(stop))
    return versions


def version_on_sale(product_code: str, at: datetime, region: str = ALL_REGIONS, *, channel: str = "") -> ProductVersion:
    """The version of a product that is sold at that moment, in a region and through a channel where they are known.

    What the process knows of this generation of the catalogue is the answer for everywhere; binding asks the database.

    Raises:
        ProductNotOnSale: with words for the customer.
    """
    known = _known_version(product_code, at) if region == ALL_REGIONS else None
    version = known or versions_on_sale(at, region).filter(product__code=product_code).first()
    if version is None or not sold_in(version, region, at):
        code = "not_on_sale" if region == ALL_REGIONS else "not_on_sale_here"
        raise ProductNotOnSale(code, refusal_words(code), "product")
    if channel and channel not in compiled(version).definition.sale.channels:
        raise ProductNotOnSale("not_in_this_channel", refusal_words("not_in_this_channel"), "product")
    return version


def sold_in(version: ProductVersion, region: str, at: datetime) -> bool:
    """Whether the version's file and its insurer's regions of the day hold a region; an unknown one ("all") passes."""
    if region == ALL_REGIONS:
        return True
    regions = sale_regions_of(version.product.insurer, business_date(at))
    return compiled(version).definition.sale.sold_in(region) and covers(regions, region)


def check_sold_in(version: ProductVersion, region: str, at: datetime) -> None:
    """Whether a version quoted before may still be sold in a region.

    Raises:
        ProductNotOnSale: it is not sold there, or the sale is switched off.
    """
    if not sold_in(version, region, at) or SWITCHED_OFF.exists(product=version.product_id, region=region):
        raise ProductNotOnSale("not_on_sale_here", refusal_words("not_on_sale_here"), "region")


def sale_regions_of(insurer: Insurer, day: date) -> tuple[str, ...]:
    """Where an insurer may sell on a day: its list, or the provinces in which it has a branch."""
    if insurer.regions_from == RegionsFrom.LIST:
        return tuple(insurer.sale_regions)
    open_ = insurer.branches.filter(opened_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
    provinces = {f"{region[:2]}0000" for region in open_.values_list("region", flat=True)}
    return tuple(sorted(provinces))


def sale_regions(item: Offered, at: datetime) -> tuple[str, ...]:
    """Where a product is sold: what its list and its insurer's have in common; ("all",) when nothing is left out."""
    own, theirs = item.definition.sale.regions, sale_regions_of(item.insurer, business_date(at))
    shared = [region for region in own if covers(theirs, region)] + [region for region in theirs if covers(own, region)]
    return tuple(dict.fromkeys(shared))


def needs_region(version: ProductVersion) -> bool:
    """Whether it makes a difference where the policyholder lives."""
    sale, insurer = compiled(version).definition.sale, version.product.insurer
    if ALL_REGIONS not in sale.regions or insurer.regions_from != RegionsFrom.LIST:
        return True
    if ALL_REGIONS not in insurer.sale_regions:
        return True
    return OFF_SOMEWHERE.exists(product=version.product_id)


SWITCHED_OFF = FixedQuery(
    lambda: SaleSwitch.objects.filter(product=Given("product"), region__in=[ALL_REGIONS, Given("region")], is_on=False)
)
OFF_SOMEWHERE = FixedQuery(
    lambda: SaleSwitch.objects.filter(product=Given("product"), is_on=False).exclude(region=ALL_REGIONS)
)


_catalogues: dict[tuple[str, str], tuple[Offered, ...]] = {}
MAX_CATALOGUES = 4


def catalogue(at: datetime) -> tuple[Offered, ...]:
    """Everything on sale, in the shop's order. No query while the process knows this generation's answer.

    Inside a transaction the answer is always read, and never kept: it may hold what is not committed yet.
    """
    if connection.in_atomic_block:
        return read_catalogue(at)
    key = _catalogue_key(at)
    found = _catalogues.get(key)
    if found is None:
        while len(_catalogues) >= MAX_CATALOGUES:
            _catalogues.pop(next(iter(_catalogues)), None)
        found = _catalogues[key] = read_catalogue(at)
    return found


def _catalogue_key(at: datetime) -> tuple[str, str]:
    return (generation(), business_date(at).isoformat())


def _known_version(code: str, at: datetime) -> ProductVersion | None:
    if not _catalogues or is_changing():
        return None
    return next((item.version for item in _catalogues.get(_catalogue_key(at), ()) if item.code == code), None)


def read_catalogue(at: datetime) -> tuple[Offered, ...]:
    """The same from the database: one query, and a second one for versions this process has not compiled yet."""
    versions = list(versions_on_sale(at))
    unknown = [version for version in versions if not is_compiled(version.content_hash)]
    if unknown:
        definitions = dict(
            ProductVersion.objects.filter(pk__in=[version.pk for version in unknown]).values_list("pk", "definition")
        )
        for version in unknown:
            version.definition = definitions[version.pk]
    offers = (Offered(version, compiled(version)) for version in versions)
    return tuple(sorted(offers, key=lambda item: (item.definition.shop.order, item.code)))


def offered(code: str, at: datetime) -> Offered:
    """One product of the catalogue.

    Raises:
        ProductNotOnSale: with words for the customer.
    """
    for item in catalogue(at):
        if item.code == code:
            return item
    raise ProductNotOnSale("not_on_sale", refusal_words("not_on_sale"), "product")


def similar(item: Offered, items: tuple[Offered, ...], limit: int = 2) -> tuple[Offered, ...]:
    """Products most like this one: of the same category, or with the same kinds of benefit for the same person."""
    kinds = {coverage.kind for coverage in item.definition.coverages if item.definition.insured == "person"}

    def distance(other: Offered) -> tuple[int, int, int]:
        shared = len(kinds & {coverage.kind for coverage in other.definition.coverages})
        return (-shared, int(other.definition.category != item.definition.category), other.definition.shop.order)

    candidates = [
        other
        for other in items
        if other.code != item.code and other.definition.insured == item.definition.insured and distance(other) < (0, 1)
    ]
    return tuple(sorted(candidates, key=distance)[:limit])


def stored_version(version_id: int) -> ProductVersion:
    """A version with its product, insurer and category. Raises ProductVersion.DoesNotExist."""
    return ProductVersion.objects.select_related("product__insurer", "product__category").get(pk=version_id)


def version_at(address: str, versions: QuerySet[ProductVersion]) -> ProductVersion | None:
    """A version by its address (product@name), or by its content hash; None when there is none."""
    code, _at, name = address.partition("@")
    if name:
        return versions.filter(product__code=code, version=name).first()
    return versions.filter(content_hash=address).first()


def versions_of(product: Product) -> QuerySet[ProductVersion]:
    """All versions of a product without their text, the newest first."""
    return product.versions.select_related("product").defer("definition", "source").order_by("-id")


def versions_sold(product: Product) -> list[ProductVersion]:
    """Versions that are or were on sale, the newest first: the public record of what was sold when."""
    known = ProductVersion.objects.filter(product=product, published_at__isnull=False)
    return list(known.defer("definition", "source").order_by("-sale_from", "-id"))


def comparable_facts(product: CompiledProduct, given: Mapping[str, Any]) -> dict[str, FactValue]:
    """Facts for another product under the same conditions: what it asks is taken over, the rest comes from its plan.

    Sums this product does not offer fall back to those of its usual plan; anything else must fit.

    Raises:
        FactsInvalid: the person or thing is outside what the product insures.
    """
    definition = product.definition
    plan = definition.plans_by_key[definition.shop.default_plan]
    raw: dict[str, Any] = {}
    for item in definition.asked_inputs:
        otherwise = plan.sets.get(item.key, item.example)
        value = given.get(item.key, otherwise)
        if item.type == "money" and item.options and value not in {option.text for option in item.options}:
            value = otherwise
        raw[item.key] = value
    return product.read_facts(raw, plan.key)


def product_rows() -> QuerySet[Product]:
    """Products for the back office."""
    return Product.objects.select_related("insurer", "category").order_by("code")

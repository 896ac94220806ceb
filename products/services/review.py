"""From a draft to a version on sale: one person hands it in, an actuary signs it, another one publishes it."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import NotAllowed, transition
from products.blank import placeholders
from products.compiled import compiled
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import Product, ProductVersion, SaleSwitch
from products.rules.definition import ALL_REGIONS
from products.rules.document import Node, read_yaml
from products.rules.publishing import (
    Licence,
    Limits,
    check_publishable,
    read_cooling_off,
    read_interest_limits,
    unwritten_in,
)
from products.rules.reading.life import read_cash_value_floors
from products.selectors import sale_regions_of
from products.services.quotas import open_count
from products.services.search import write_search_document
from products.sources import read_text
from products.states import PRODUCT_VERSION, VersionState

TABLES = Path(__file__).resolve().parent.parent / "tables"
# The house loads and publishes its shipped files in two steps, as two machines; people do the same as two persons.
MAY_SIGN = frozenset({"actuary"})
HANDS_IN, PUBLISHES = Actor.system("load_product"), Actor.system("publish_product")


@cache
def regulators_limits() -> Limits:
    """The dated data under products/tables that a version is held against."""
    return Limits(
        cooling_off=read_cooling_off(_table("cooling_off.yaml")),
        interest=read_interest_limits(_table("pricing_interest.yaml")),
        cash_values=read_cash_value_floors(_table("minimum_cash_value.yaml")),
    )


def _table(name: str) -> Node:
    return read_yaml(read_text(TABLES / name), file=name)


def licence_of(product: Product, day: date) -> Licence:
    """What publishing asks about the insurer and the category."""
    insurer, category = product.insurer, product.category
    return Licence(
        insurer=insurer.name,
        scope=insurer.licence_scope,
        regions=sale_regions_of(insurer, day),
        category=category.name,
        category_scopes=tuple(category.licence_scopes),
        category_short_term_scopes=tuple(category.short_term_scopes),
    )


def unwritten(version: ProductVersion) -> dict[str, int]:
    """What of the blank draft is left, by part."""
    return unwritten_in(version.definition, placeholders())


def check_version(version: ProductVersion, day: date) -> None:
    """Whether a version has all it needs to be sold. Raises Refused."""
    definition, licence = compiled(version).definition, licence_of(version.product, day)
    check_publishable(definition, licence, regulators_limits(), day, unwritten(version))


@use_case
def submit_for_review(*, version: ProductVersion, by: Actor, at: datetime, reason: str = "") -> ProductVersion:
    """Hand a draft in; from here on it does not change until it is sent back.

    Raises:
        Refused: something a version needs is missing, so that nobody else need look at it yet.
        IllegalMove, NotAllowed: it is no draft, or not this actor's to hand in.
    """
    locked = lock_version(version)
    PRODUCT_VERSION.check_move(locked.state, VersionState.IN_REVIEW, by)
    check_version(locked, business_date(at))
    return transition(
        version, PRODUCT_VERSION, VersionState.IN_REVIEW, by=by, at=at, reason=reason, submitted_at=at,
        submitted_by_kind=by.kind, submitted_by_id=by.id, submitted_by_label=by.label,
    )  # fmt: skip


@use_case
def send_back(*, version: ProductVersion, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Give a version in review back to its authors as a draft, with the reason. Raises IllegalMove, NotAllowed."""
    return transition(
        version, PRODUCT_VERSION, VersionState.DRAFT, by=by, at=at, reason=reason, submitted_at=None,
        submitted_by_kind="", submitted_by_id="", submitted_by_label="",
        signed_at=None, signed_by_kind="", signed_by_id="", signed_by_label="",
    )  # fmt: skip


@use_case
def sign_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str = "") -> ProductVersion:
    """The actuary answers for the rates of a version in review; sent back to its authors it is signed anew.

    Raises:
        Refused: it is not in review, lacks something, or the actuary handed it in.
        NotAllowed: no actuary.
    """
    locked = lock_version(version)
    check_may_sign(locked, by)
    check_version(locked, business_date(at))
    locked.signed_at, locked.signed_by_kind, locked.signed_by_id, locked.signed_by_label = at, by.kind, by.id, by.label
    locked.save(update_fields=["signed_at", "signed_by_kind", "signed_by_id", "signed_by_label"])
    return locked


def check_may_sign(version: ProductVersion, by: Actor) -> None:
    """Raises NotAllowed, Refused: as `sign_version`, before the content is looked at."""
    if not by.is_one_of(MAY_SIGN):
        raise NotAllowed("not_allowed", refusal_words("sign_not_allowed"))
    if version.state != VersionState.IN_REVIEW:
        raise Refused("not_in_review", refusal_words("not_in_review"), "state")
    if by.same_person_as(version.submitted_by_kind, version.submitted_by_id):
        raise Refused("own_signature", refusal_words("own_signature"), "state")


def check_signed(version: ProductVersion) -> None:
    """Raises Refused: a version people wrote is not signed off. A file of the operator names who signed its filing."""
    if version.submitted_by_kind != HANDS_IN.kind and version.signed_at is None:
        raise Refused("not_signed", refusal_words("not_signed"), "state")


@use_case
def publish_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str = "") -> ProductVersion:
    """Put a reviewed version on sale and freeze it. The version on sale before ends where this one begins.

    Raises:
        Refused: something a version needs is missing, no actuary signed it, or the publisher handed it in; nothing is
            written.
        IllegalMove, NotAllowed: it is not in review, or not this actor's to publish.
    """
    product = lock_product(version.product_id)
    locked = lock_version(version)
    locked.product = version.product = product
    PRODUCT_VERSION.check_move(locked.state, VersionState.PUBLISHED, by)
    check_second_person(locked, by)
    check_signed(locked)
    today = business_date(at)
    check_version(locked, today)
    definition = compiled(locked).definition
    if definition.sale.switched_off:
        _switch_off_at_first(product)
    first_day = _make_way(product, locked, definition.sale.starts_on, today, by=by, at=at)
    if locked.sale_until is not None and locked.sale_until <= first_day:
        raise Refused("sale_is_over", refusal_words("sale_is_over"), "sale")
    published = transition(
        version, PRODUCT_VERSION, VersionState.PUBLISHED, by=by, at=at, reason=reason, sale_from=first_day,
        published_at=at, published_by_kind=by.kind, published_by_id=by.id, published_by_label=by.label,
    )  # fmt: skip
    product.name = definition.name
    product.save(update_fields=["name"])
    open_count(published)
    write_search_document(published)
    bump_on_commit()
    return published


def publish_shipped(version: ProductVersion, at: datetime) -> ProductVersion:
    """Hand in and publish a file that ships with the house or is loaded by its operator."""
    submit_for_review(version=version, by=HANDS_IN, at=at)
    return publish_version(version=version, by=PUBLISHES, at=at)


def check_second_person(version: ProductVersion, by: Actor) -> None:
    """Raises Refused: the publisher handed the version in."""
    if by.same_person_as(version.submitted_by_kind, version.submitted_by_id):
        raise Refused("own_submission", refusal_words("own_submission"), "state")


def lock_product(product_id: int) -> Product:
    """The product with its insurer and category, held until the transaction ends; always before its versions."""
    return Product.objects.select_for_update(of=("self",)).select_related("insurer", "category").get(pk=product_id)


def lock_version(version: ProductVersion) -> ProductVersion:
    """The version as it stands now, held until the transaction ends."""
    related = "product__insurer", "product__category"
    return ProductVersion.objects.select_for_update(of=("self",)).select_related(*related).get(pk=version.pk)


def _switch_off_at_first(product: Product) -> None:
    """Nothing of this product is sold before somebody switches it on; what was switched since stays as it is."""
    if not product.versions.filter(published_at__isnull=False).exists():
        SaleSwitch.objects.get_or_create(product=product, region=ALL_REGIONS, defaults={"is_on": False})


def _make_way(product: Product, new: ProductVersion, starts_on: date, today: date, *, by: Actor, at: datetime) -> date:
    """End the sale of versions published before; the first day of the new one, which is never in their past.

    A version replaced at once is suspended and not withdrawn, so that one can go back to it.
    """
    published = list(product.versions.filter(state=VersionState.PUBLISHED).exclude(pk=new.pk))
    if not published:
        return starts_on
    first_day = max(starts_on, today)
    for before in published:
        if before.sale_until is not None and before.sale_until <= first_day:
            continue
        if first_day <= max(today, before.sale_from):
            replaced = f"{new.version} takes its place"
            transition(before, PRODUCT_VERSION, VersionState.SUSPENDED, by=by, at=at, reason=replaced)
        else:
            before.sale_until = first_day
            before.save(update_fields=["sale_until"])
    return first_day

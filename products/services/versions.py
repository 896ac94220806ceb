"""The life of a product version: publish, suspend, resume, withdraw; and the switches that stop a sale."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import NotAllowed, transition
from products.compiled import compiled
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import Product, ProductVersion, SaleSwitch
from products.rules.document import read_yaml
from products.rules.publishing import CoolingOffFloor, Licence, check_publishable, read_cooling_off
from products.services.search import write_search_document
from products.sources import read_text
from products.states import PRODUCT_VERSION, VersionState

MAY_SWITCH = frozenset({"system", "product_manager", "risk_manager"})
COOLING_OFF_TABLE = Path(__file__).resolve().parent.parent / "tables" / "cooling_off.yaml"


@cache
def cooling_off_floors() -> tuple[CoolingOffFloor, ...]:
    return read_cooling_off(read_yaml(read_text(COOLING_OFF_TABLE), file=COOLING_OFF_TABLE.name))


def licence_of(product: Product) -> Licence:
    """What publishing asks about the insurer and the category."""
    insurer, category = product.insurer, product.category
    return Licence(
        insurer=insurer.name,
        scope=insurer.licence_scope,
        regions=tuple(insurer.sale_regions),
        category=category.name,
        category_scopes=tuple(category.licence_scopes),
        category_short_term_scopes=tuple(category.short_term_scopes),
    )


def check_version(version: ProductVersion, day: date) -> None:
    """Whether a version has all it needs to be sold. Raises Refused."""
    check_publishable(compiled(version).definition, licence_of(version.product), cooling_off_floors(), day)


@use_case
def publish_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str = "") -> ProductVersion:
    """Put a draft on sale and freeze it. A version on sale before ends where this one begins; a suspended version
    is resumed.

    Raises:
        Refused: something a version needs is missing; nothing is written.
        IllegalMove, NotAllowed: it is no draft, or not this actor's to publish.
    """
    product = (
        Product.objects.select_for_update(of=("self",)).select_related("insurer", "category").get(pk=version.product_id)
    )
    version.product = product
    state = ProductVersion.objects.select_for_update().values_list("state", flat=True).get(pk=version.pk)
    PRODUCT_VERSION.check_move(state, VersionState.PUBLISHED, by)
    if state == VersionState.SUSPENDED:
        return resume_version(version=version, by=by, at=at, reason=reason)
    today = business_date(at)
    check_version(version, today)
    definition = compiled(version).definition
    first_day = _make_way(product, definition.sale.starts_on, today, by=by, at=at)
    if version.sale_until is not None and version.sale_until <= first_day:
        raise Refused("sale_is_over", refusal_words("sale_is_over"), "sale")
    if first_day != version.sale_from:
        version.sale_from = first_day
        version.save(update_fields=["sale_from"])
    published = transition(
        version, PRODUCT_VERSION, VersionState.PUBLISHED, by=by, at=at, reason=reason, published_at=at
    )
    product.name = definition.name
    product.save(update_fields=["name"])
    write_search_document(published)
    bump_on_commit()
    return published


def _make_way(product: Product, starts_on: date, today: date, *, by: Actor, at: datetime) -> date:
    """End the sale of versions published before; the first day of the new one, which is never in their past."""
    published = list(product.versions.filter(state=VersionState.PUBLISHED))
    if not published:
        return starts_on
    first_day = max(starts_on, today)
    for before in published:
        if before.sale_until is not None and before.sale_until <= first_day:
            continue
        if first_day <= max(today, before.sale_from):
            transition(before, PRODUCT_VERSION, VersionState.WITHDRAWN, by=by, at=at)
        else:
            before.sale_until = first_day
            before.save(update_fields=["sale_until"])
    return first_day


def _move(version: ProductVersion, to: VersionState, by: Actor, at: datetime, reason: str) -> ProductVersion:
    moved = transition(version, PRODUCT_VERSION, to, by=by, at=at, reason=reason)
    bump_on_commit()
    return moved


@use_case
def suspend_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Stop selling for now; policies sold stay as they are. Raises IllegalMove, NotAllowed."""
    return _move(version, VersionState.SUSPENDED, by, at, reason)


@use_case
def resume_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Sell again after a suspension.

    Raises:
        Refused: the version no longer has all it needs, or another one has taken its place.
        IllegalMove, NotAllowed.
    """
    others = ProductVersion.objects.filter(product=version.product_id, state=VersionState.PUBLISHED)
    if others.exclude(pk=version.pk).exists():
        raise Refused("another_on_sale", refusal_words("another_on_sale"), "state")
    check_version(version, business_date(at))
    return _move(version, VersionState.PUBLISHED, by, at, reason)


@use_case
def withdraw_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Stop selling for good. Raises IllegalMove, NotAllowed."""
    return _move(version, VersionState.WITHDRAWN, by, at, reason)


@use_case
def set_sale_switch(
    *, product: Product, is_on: bool, by: Actor, at: datetime, region: str = "all", reason: str = ""
) -> SaleSwitch:
    """Switch a product's sale on or off in a region ("all" for everywhere); takes effect within seconds.

    Raises:
        NotAllowed: the actor is neither product manager nor risk manager.
    """
    if not by.is_one_of(MAY_SWITCH):
        raise NotAllowed("not_allowed", refusal_words("switch_not_allowed"))
    switch, _created = SaleSwitch.objects.update_or_create(product=product, region=region, defaults={"is_on": is_on})
    bump_on_commit()
    return switch

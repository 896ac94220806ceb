"""The life of a version on sale: suspend, resume, withdraw, go back to the one before; switches that stop a sale."""

from datetime import date, datetime

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import NotAllowed, transition
from products.compiled import compiled
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import Product, ProductVersion, SaleSwitch
from products.services.review import (
    check_version,
    lock_product,
    lock_version,
    publish_version,
    send_back,
    sign_version,
    submit_for_review,
)
from products.states import PRODUCT_VERSION, VersionState

__all__ = [
    "publish_version",
    "resume_version",
    "roll_back",
    "send_back",
    "set_sale_switch",
    "sign_version",
    "submit_for_review",
    "suspend_version",
    "withdraw_version",
]
MAY_SWITCH = frozenset({"system", "product_manager", "risk_manager"})


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
    lock_product(version.product_id)
    locked = lock_version(version)
    PRODUCT_VERSION.check_move(locked.state, VersionState.PUBLISHED, by)
    if locked.state != VersionState.SUSPENDED:
        raise Refused("not_suspended", refusal_words("not_suspended"), "state")
    others = ProductVersion.objects.filter(product=version.product_id, state=VersionState.PUBLISHED)
    if others.exclude(pk=version.pk).exists():
        raise Refused("another_on_sale", refusal_words("another_on_sale"), "state")
    check_version(locked, business_date(at))
    return _move(version, VersionState.PUBLISHED, by, at, reason)


@use_case
def withdraw_version(*, version: ProductVersion, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Stop selling for good. Raises IllegalMove, NotAllowed."""
    return _move(version, VersionState.WITHDRAWN, by, at, reason)


@use_case
def roll_back(*, product: Product, by: Actor, at: datetime, reason: str) -> ProductVersion:
    """Sell the version published before the present one again, and suspend the present one; one act, one reason.

    Raises:
        Refused: there is no version to go back to, or it no longer has all it needs.
        IllegalMove, NotAllowed.
    """
    locked, today = lock_product(product.pk), business_date(at)
    present, before = _present_and_before(locked, today)
    check_version(before, today)
    transition(present, PRODUCT_VERSION, VersionState.SUSPENDED, by=by, at=at, reason=reason)
    until = _free_until(locked, before)
    if before.state == VersionState.SUSPENDED:
        transition(before, PRODUCT_VERSION, VersionState.PUBLISHED, by=by, at=at, reason=reason, sale_until=until)
    else:
        PRODUCT_VERSION.check_move(VersionState.SUSPENDED, VersionState.PUBLISHED, by)
        before.sale_until = until
        before.save(update_fields=["sale_until"])
    locked.name = compiled(before).definition.name
    locked.save(update_fields=["name"])
    bump_on_commit()
    return before


def _present_and_before(product: Product, today: date) -> tuple[ProductVersion, ProductVersion]:
    """The version on sale today, and the one published before it that can still be sold."""
    versions = product.versions.select_for_update(of=("self",)).select_related("product__insurer", "product__category")
    known = versions.filter(published_at__isnull=False).order_by("-published_at", "-id")
    can_be_sold = [one for one in known if one.state in (VersionState.PUBLISHED, VersionState.SUSPENDED)]
    for place, present in enumerate(can_be_sold):
        is_over = present.sale_until is not None and present.sale_until <= today
        if present.state == VersionState.PUBLISHED and present.sale_from <= today and not is_over:
            if earlier := can_be_sold[place + 1 :]:
                return present, earlier[0]
            break
    raise Refused("nothing_to_roll_back", refusal_words("nothing_to_roll_back"), "state")


def _free_until(product: Product, version: ProductVersion) -> date | None:
    """The first day a version may no longer be sold on: its file's own, or that of one that waits for its turn."""
    own_end = compiled(version).definition.sale.ends_on
    waiting = product.versions.filter(state=VersionState.PUBLISHED, sale_from__gt=version.sale_from)
    days = list(waiting.exclude(pk=version.pk).values_list("sale_from", flat=True))
    return min([*days, *([own_end] if own_end else [])], default=None)


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

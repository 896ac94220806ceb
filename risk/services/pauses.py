"""Pausing the sale of a product, and the answer policies gets while it binds."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from products.generation import bump_on_commit
from products.models import Product
from risk.models import SalePause
from risk.models.pauses import EVERYWHERE
from risk.selectors import live_pauses
from risk.states import RISK_MANAGER

REGION = re.compile(r"all|[1-9][0-9]{5}", re.ASCII)
LONGEST_REASON = 500


@use_case
def pause_sale(*, product: Product, reason: str, region: str = EVERYWHERE, by: Actor, at: datetime) -> SalePause:
    """Stop binding this product in a region from now on.

    Raises:
        Refused: not a risk manager, no reason, no such region, or paused there already.
    """
    _check_may(by)
    words = _reason(reason)
    if not REGION.fullmatch(region):
        raise Refused("no_region", _("Write “all”, or the six digits of a region."), field="region")
    try:
        with transaction.atomic():
            pause = SalePause.objects.create(
                product=product,
                region=region,
                reason=words,
                starts_at=at,
                paused_by_id=by.id,
                paused_by_label=by.label,
            )
    except IntegrityError:
        raise Refused("paused_already", _("This product is paused there already."), field="product") from None
    bump_on_commit()
    return pause


@use_case
def lift_pause(*, pause: SalePause, reason: str, by: Actor, at: datetime) -> SalePause:
    """Let the product be bound again.

    Raises:
        Refused: not a risk manager, no reason, or lifted already.
    """
    _check_may(by)
    words = _reason(reason)
    locked = lock_row(pause)
    if not locked.is_live:
        raise Refused("lifted_already", _("This pause was lifted already."))
    locked.lifted_at, locked.lifted_by_label, locked.lifting_reason = at, by.label, words
    locked.save(update_fields=["lifted_at", "lifted_by_label", "lifting_reason"])
    bump_on_commit()
    return locked


def paused_products(at: datetime, regions: Collection[str]) -> QuerySet[SalePause]:
    """The answer to the shop's port: pauses of the product asked about; it is not offered while one is live."""
    return SalePause.objects.filter(
        product=OuterRef("product"), region__in=regions, starts_at__lte=at, lifted_at__isnull=True
    )


def check_not_paused(*, product_code: str, at: datetime, region: str = EVERYWHERE, **_risk: Any) -> None:
    """The answer to the binding port of policies. Where no region is known, pauses for everywhere count.

    Raises:
        Refused: the sale is paused.
    """
    if live_pauses(product_code, [region], at=at).exists():
        raise Refused("sale_paused", _("The sale of this product is paused at the moment. You will not be charged."))


def _check_may(by: Actor) -> None:
    if not by.is_one_of({RISK_MANAGER}):
        raise Refused("not_allowed", _("Only risk managers pause a sale and lift a pause."))


def _reason(reason: str) -> str:
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise Refused("reason_needed", _("Give a reason; it stays on file."), field="reason")
    return words

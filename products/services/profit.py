"""Writing down what is expected of a version, and what competitors ask."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from insureweb.kernel.periods import business_date
from products.messages import refusal_words
from products.models import CompetitorPrice, Product, ProductVersion, ProfitAssumptions
from products.services.runs import check_may_run


@use_case
def keep_assumptions(
    *, version: ProductVersion, kind: str, plan: str, facts: Mapping[str, str], figures: Mapping[str, str],
    source: str, by: Actor, at: datetime,
) -> ProfitAssumptions:  # fmt: skip
    """Keep the assumptions of a profit test beside the earlier ones.

    Raises:
        NotAllowed: the actor is neither product manager, actuary nor risk manager.
    """
    check_may_run(by)
    return ProfitAssumptions.objects.create(
        version=version, kind=kind, plan=plan, facts=dict(facts), figures=dict(figures), source=source, entered_at=at,
        entered_by_kind=by.kind, entered_by_id=by.id, entered_by_label=by.label,
    )  # fmt: skip


@use_case
def note_competitor_price(
    *, product: Product, insurer_name: str, product_name: str, plan: str, facts: Mapping[str, str], price: Decimal,
    seen_date: date, source: str, by: Actor, at: datetime,
) -> CompetitorPrice:  # fmt: skip
    """Note what another insurer asks for these facts.

    Raises:
        NotAllowed: the actor is neither product manager, actuary nor risk manager.
        Refused: it was seen on a day to come.
    """
    check_may_run(by)
    if seen_date > business_date(at):
        raise Refused("seen_in_the_future", refusal_words("seen_in_the_future"), "seen_date")
    return CompetitorPrice.objects.create(
        product=product, insurer_name=insurer_name, product_name=product_name, plan=plan, facts=dict(facts),
        price=price, seen_date=seen_date, source=source, entered_at=at,
        entered_by_kind=by.kind, entered_by_id=by.id, entered_by_label=by.label,
    )  # fmt: skip


@use_case
def withdraw_competitor_price(*, price: CompetitorPrice, by: Actor, at: datetime, reason: str) -> CompetitorPrice:
    """Take a wrong price out of the comparison; it stays on file with the reason.

    Raises:
        NotAllowed: the actor is neither product manager, actuary nor risk manager.
        Refused: there is no reason.
    """
    check_may_run(by)
    locked = lock_row(price)
    if not reason.strip():
        raise Refused("reason_needed", refusal_words("reason_needed"), "reason")
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_because = at, reason.strip()[:200]
        locked.save(update_fields=["withdrawn_at", "withdrawn_because"])
    return locked

"""What product managers, actuaries and marketers find first: drafts, what waits for a signature, what is on sale."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import (
    Due,
    Kpi,
    WorkItem,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date, midnight
from products.models import ProductVersion, SaleSwitch
from products.states import VersionState
from products.version_pages import page_url

PRODUCT_MANAGER, ACTUARY = "product_manager", "actuary"
SALE_ENDS_SOON = timedelta(days=30)
IN_REVIEW = Q(state=VersionState.IN_REVIEW)
SIGNED, UNSIGNED = Q(signed_at__isnull=False), Q(signed_at__isnull=True)


def _versions_url(state: VersionState, *, signed: str = "") -> str:
    url = f"{reverse('admin:products_productversion_changelist')}?state__exact={state}"
    return f"{url}&signed={signed}" if signed else url


def _to_sign() -> str:
    return _versions_url(VersionState.IN_REVIEW, signed="no")


def _to_publish() -> str:
    return _versions_url(VersionState.IN_REVIEW, signed="yes")


def _waits_for(actor: Actor) -> Q:
    """Handed in by somebody else: an actuary signs what is not signed, a product manager publishes what is."""
    stage = SIGNED if actor.is_one_of({PRODUCT_MANAGER}) else UNSIGNED
    return IN_REVIEW & stage & ~Q(submitted_by_id=actor.id)


def _count(wanted: Q) -> int:
    return count_up_to_limit(ProductVersion.objects.filter(wanted))


register_work(
    WorkItem(
        code="versions-to-sign",
        section="products",
        title=_("Versions to sign off"),
        url=_to_sign,
        roles=frozenset({ACTUARY}),
        icon="draw",
        waiting=lambda actor: _count(_waits_for(actor)),
    )
)
register_work(
    WorkItem(
        code="versions-to-publish",
        section="products",
        title=_("Versions to publish"),
        url=_to_publish,
        roles=frozenset({PRODUCT_MANAGER}),
        icon="approval",
        waiting=lambda actor: _count(_waits_for(actor)),
    )
)
register_work(
    WorkItem(
        code="drafts",
        section="products",
        title=_("Drafts"),
        url=lambda: _versions_url(VersionState.DRAFT),
        roles=frozenset({PRODUCT_MANAGER, ACTUARY}),
        icon="edit_note",
        waiting=lambda actor: _count(Q(state=VersionState.DRAFT)),
    )
)


@register_due(PRODUCT_MANAGER, ACTUARY)
def due_versions(actor: Actor, at: datetime) -> Iterable[Due]:
    """Versions that wait for this person, due on the day their sale is to begin."""
    rows = ProductVersion.objects.filter(_waits_for(actor)).select_related("product").defer("definition", "source")
    kind = _("To publish") if actor.is_one_of({PRODUCT_MANAGER}) else _("To sign off")
    for row in rows.order_by("sale_from", "id")[:20]:
        yield Due(
            title=f"{row.product.name} {row.version}",
            url=page_url(row, "change"),
            due_at=midnight(row.sale_from),
            kind=kind,
            note=gettext("Handed in by %(who)s; the sale is to begin on this day.") % {"who": row.submitted_by_label},
        )


@register_kpis(PRODUCT_MANAGER, ACTUARY, "marketer")
def product_figures(actor: Actor, at: datetime) -> Iterable[Kpi]:
    today = business_date(at)
    found = ProductVersion.objects.aggregate(
        on_sale=Count("id", filter=_on_sale(today)),
        ending=Count("id", filter=_on_sale(today) & Q(sale_until__lte=today + SALE_ENDS_SOON)),
        waiting=Count("id", filter=_waits_for(actor)),
        unsigned=Count("id", filter=IN_REVIEW & UNSIGNED),
        signed=Count("id", filter=IN_REVIEW & SIGNED),
    )
    on_sale = _versions_url(VersionState.PUBLISHED)
    if actor.is_one_of({PRODUCT_MANAGER}):
        yield Kpi(_("Waiting for you to publish"), found["waiting"], url=_to_publish(), is_time=True)
        yield Kpi(_("With the actuary"), found["unsigned"], url=_to_sign())
    if actor.is_one_of({ACTUARY}):
        yield Kpi(_("Waiting for your signature"), found["waiting"], url=_to_sign(), is_time=True)
        yield Kpi(_("Signed off, not yet published"), found["signed"], url=_to_publish())
    yield Kpi(_("Products on sale"), found["on_sale"], url=on_sale)
    yield Kpi(_("Sale ends within 30 days"), found["ending"], url=on_sale, is_time=True)
    switched_off = count_up_to_limit(SaleSwitch.objects.filter(is_on=False))
    yield Kpi(_("Sale switched off"), switched_off, url=reverse("admin:products_saleswitch_changelist"))


def _on_sale(today: date) -> Q:
    return Q(state=VersionState.PUBLISHED, sale_from__lte=today) & (
        Q(sale_until__isnull=True) | Q(sale_until__gt=today)
    )

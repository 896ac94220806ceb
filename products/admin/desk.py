"""What product managers and marketers find on their first page: drafts, versions to sign off, what is on sale."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import Kpi, WorkItem, count_up_to_limit, register_kpis, register_work
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date
from products.models import ProductVersion, SaleSwitch
from products.states import VersionState

PRODUCT_MANAGER = "product_manager"
SALE_ENDS_SOON = timedelta(days=30)


def _versions_url(state: VersionState) -> str:
    return f"{reverse('admin:products_productversion_changelist')}?state__exact={state}"


def _to_sign_off(actor: Actor) -> int:
    """Versions handed in by somebody else: nobody publishes what they handed in."""
    return count_up_to_limit(ProductVersion.objects.filter(_handed_in_by_others(actor)))


def _handed_in_by_others(actor: Actor) -> Q:
    return Q(state=VersionState.IN_REVIEW) & ~Q(submitted_by_id=actor.id)


register_work(
    WorkItem(
        code="versions-to-sign-off",
        section="products",
        title=_("Versions to sign off"),
        url=lambda: _versions_url(VersionState.IN_REVIEW),
        roles=frozenset({PRODUCT_MANAGER}),
        icon="approval",
        waiting=_to_sign_off,
    )
)
register_work(
    WorkItem(
        code="drafts",
        section="products",
        title=_("Drafts"),
        url=lambda: _versions_url(VersionState.DRAFT),
        roles=frozenset({PRODUCT_MANAGER}),
        icon="edit_note",
        waiting=lambda actor: count_up_to_limit(ProductVersion.objects.filter(state=VersionState.DRAFT)),
    )
)


@register_kpis(PRODUCT_MANAGER, "marketer")
def product_figures(actor: Actor, at: datetime) -> Iterable[Kpi]:
    today = business_date(at)
    found = ProductVersion.objects.aggregate(
        on_sale=Count("id", filter=_on_sale(today)),
        ending=Count("id", filter=_on_sale(today) & Q(sale_until__lte=today + SALE_ENDS_SOON)),
        waiting=Count("id", filter=_handed_in_by_others(actor)),
    )
    on_sale = _versions_url(VersionState.PUBLISHED)
    if actor.is_one_of({PRODUCT_MANAGER}):
        waiting = _versions_url(VersionState.IN_REVIEW)
        yield Kpi(_("Waiting for your sign-off"), found["waiting"], url=waiting, is_time=True)
    yield Kpi(_("Products on sale"), found["on_sale"], url=on_sale)
    yield Kpi(_("Sale ends within 30 days"), found["ending"], url=on_sale, is_time=True)
    switched_off = count_up_to_limit(SaleSwitch.objects.filter(is_on=False))
    yield Kpi(_("Sale switched off"), switched_off, url=reverse("admin:products_saleswitch_changelist"))


def _on_sale(today: date) -> Q:
    return Q(state=VersionState.PUBLISHED, sale_from__lte=today) & (
        Q(sale_until__isnull=True) | Q(sale_until__gt=today)
    )

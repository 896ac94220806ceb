"""What Unfold asks for on every back-office page: brand, sidebar, languages, the first page."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.actors import actor_from
from customers.roles import Role
from insureweb.audit.back_office.work import WorkItem, capped, due_for, kpis_for, work_items
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor

BADGE_SECONDS = 30
# The sidebar by job. An app's lists stand in its section, below the work the app registered there.
SECTIONS: dict[str, Any] = {
    "underwriting": _("Underwriting and policies"),
    "claims": _("Claims"),
    "service": _("Service"),
    "products": _("Products"),
    "money": _("Money"),
    "risk": _("Risk"),
    "customers": _("Customers"),
    "staff": _("Staff"),
    "oversight": _("Oversight"),
    "system": _("System"),
}
SECTION_OF_APP = {
    "policies": "underwriting", "claims": "claims", "helpdesk": "service", "documents": "service", "pages": "service",
    "products": "products", "finance": "money", "risk": "risk", "customers": "customers", "audit": "oversight",
    "kernel": "system", "django_celery_beat": "system",
}  # fmt: skip
SECTION_OF_MODEL = {
    "customers.staffprofile": "staff", "customers.unit": "staff", "customers.team": "staff",
    "customers.loginfailure": "oversight", "customers.message": "service", "customers.privacyrequest": "oversight",
}  # fmt: skip
LIST_ICON = "list"


def brand_name(request: HttpRequest) -> str:
    language = get_language() or ""
    return str(settings.BRAND["name"]["en" if language.startswith("en") else "zh-hans"])


def site_title(request: HttpRequest) -> str:
    return str(_("%(brand)s desk") % {"brand": brand_name(request)})


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Sections with the work of this person's roles first, then the lists they may read."""
    actor = actor_from(request)
    here = request.get_full_path()
    work = [(item.section, _work_line(item, actor)) for item in work_items(actor)]
    for _section, line in work:
        line["active"] = line["link"] == here
    in_work = any(line["active"] for _section, line in work)
    lists = list(_list_lines(request))
    for _section, line in lists:
        line["active"] = not in_work and request.path.startswith(line["link"])
    lines = work + lists
    order = list(SECTIONS)
    lines.sort(key=lambda line: order.index(line[0]))
    first = {"title": _("Today"), "icon": "dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"title": "", "items": [first]}]
    for section, members in groupby(lines, key=lambda line: line[0]):
        groups.append({"title": SECTIONS[section], "separator": True, "items": [line for _section, line in members]})
    return groups


def _work_line(item: WorkItem, actor: Actor) -> dict[str, Any]:
    line = {"title": item.title, "icon": item.icon, "link": item.url()}
    badge = _badge(item, actor)
    return line | {"badge": badge, "badge_variant": "warning"} if badge else line


def _badge(item: WorkItem, actor: Actor) -> str:
    if item.waiting is None:
        return ""
    key = f"back-office:badge:{item.code}:{actor.id}"
    known: str | None = cache.get(key)
    if known is None:
        known = capped(item.waiting(actor))
        cache.set(key, known, BADGE_SECONDS)
    return known


def _list_lines(request: HttpRequest) -> Iterator[tuple[str, dict[str, Any]]]:
    for model, model_admin in admin.site._registry.items():
        opts = model._meta
        section = SECTION_OF_MODEL.get(opts.label_lower) or SECTION_OF_APP.get(opts.app_label, "system")
        if model_admin.has_module_permission(request) and model_admin.has_view_permission(request):
            link = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            icon = getattr(model_admin, "sidebar_icon", LIST_ICON)
            yield section, {"title": str(opts.verbose_name_plural).capitalize(), "icon": icon, "link": link}


def frame(request: HttpRequest) -> dict[str, Any]:
    """For the templates of the frame: who is here, with which roles, and the same page in the other language."""
    actor = actor_from(request)
    language = get_language() or ""
    other = "zh-hans" if language.startswith("en") else "en"
    here = request.build_absolute_uri()
    return {
        "staff_actor": actor,
        "staff_roles": [Role(role).label for role in sorted(actor.roles) if role in Role.values],
        "other_language": other,
        "other_language_url": translate_url(here, other),
    }


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The first page: figures and what is due, from whichever app has something to say to this person."""
    actor, at = actor_from(request), clock.now()
    return context | {
        "title": _("Today"),
        "kpis": kpis_for(actor, at),
        "due": due_for(actor, at),
        "work": [_work_line(item, actor) for item in work_items(actor)],
        "now": at,
    }

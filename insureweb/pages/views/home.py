"""The first page: for whom, what it costs, what we owe, who answers."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from insureweb.pages import selectors
from insureweb.pages.context import Brand
from products.public_pages import no_query, public_page

# For whom; the words are in `needs`, the icon and the catalogue's filter here.
NEEDS = (
    ("self", "person", _("Myself"), _("Work, mortgage, living alone")),
    ("parents", "people", _("My parents"), _("Hospital, accident, home")),
    ("children", "child", _("My children"), _("School, play, hospital")),
    ("family", "family", _("The whole family"), _("A policy for each person")),
    ("home", "home", _("My home"), _("Building, contents, water damage")),
    ("company", "building", _("Our employees"), _("A person makes you an offer")),
)


@dataclass(frozen=True)
class Need:
    href: str
    icon: str
    label: Any
    note: Any


@require_safe
@cache_control(public=True, max_age=60)
@public_page(no_query)
def home(request: HttpRequest) -> HttpResponse:
    catalogue = Brand(request).page("products:catalogue")
    at = clock.now()
    served, contact = selectors.audiences(at), Brand(request).contact
    needs = [
        Need(f"{catalogue}?for={key}" if key in served else contact, icon, label, note)
        for key, icon, label, note in NEEDS
    ]
    insurers = selectors.insurers_and_products(at)
    context = {"catalogue": catalogue, "needs": needs, "picks": selectors.picks(at), "insurers": insurers}
    return render(request, "pages/home.html", context)

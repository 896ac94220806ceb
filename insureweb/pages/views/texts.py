"""Pages of text: disclosure, privacy, accessibility."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from insureweb.pages import selectors
from insureweb.pages.context import Brand

MINUTE = 60


@require_safe
@cache_control(public=True, max_age=MINUTE)
def disclosure(request: HttpRequest) -> HttpResponse:
    insurers = selectors.insurers_and_products(clock.now())
    context = {"insurers": insurers, "catalogue": Brand(request).page("products:catalogue")}
    return render(request, "pages/disclosure.html", context)


@require_safe
@cache_control(public=True, max_age=60 * MINUTE)
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@require_safe
@cache_control(public=True, max_age=60 * MINUTE)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")

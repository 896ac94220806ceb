import functools
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from insureweb.ops.bench.bare.models import Note

ROWS = (
    "<!doctype html><title>Rows</title><ul>"
    "{% for row in rows %}<li>{{ row.text }} {{ row.amount }}</li>{% endfor %}</ul>"
)


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Hello</title><h1>Hello</h1>")


def twenty_rows(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_rows().render({"rows": Note.objects.order_by("id")[:20]}, request))


@functools.cache
def _rows() -> Any:
    """Compiled once, as Django's loader keeps templates from files."""
    return engines["django"].from_string(ROWS)


def form(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string("<form method=post>{% csrf_token %}</form>")
    return HttpResponse(template.render({}, request))


def insert(request: HttpRequest) -> HttpResponse:
    """Parse a POST, insert one row, redirect."""
    note = Note.objects.create(text=request.POST["text"], amount=Decimal(request.POST["amount"]))
    return HttpResponse(status=302, headers={"Location": f"/rows/#{note.pk}"})


urlpatterns = [
    path("hello/", hello),
    path("rows/", twenty_rows),
    path("form/", form),
    path("insert/", insert),
]

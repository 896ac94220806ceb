"""Every route is opened by every kind of person, and only those the table names get in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.converters import get_converters

from customers.roles import Role
from tests.architecture.route_roles import (
    ADMIN_MODELS,
    ALL_STAFF,
    FOREIGN,
    HIDE_FIRST,
    NOBODY,
    PAGES,
    PUBLIC,
    SIGNED_IN,
    STEP,
    Who,
)  # fmt: skip
from tests.factories import customers as made

SAMPLES = ("none", "0", "00000000-0000-4000-8000-000000000000", "NONE-0", "2020-01-01", "x")
# POST would sign the test's person out.
NEVER_POST = {"account_logout", "admin:logout"}
MODEL_ACTIONS = ("changelist", "change", "history", "reveal", "add", "delete")


@dataclass(frozen=True)
class Route:
    name: str
    path: str

    @property
    def key(self) -> str:
        return self.path if self.name.endswith("-") else self.name


def _walk(resolver: Any, path: str = "", names: tuple[str, ...] = ()) -> Iterator[Route]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = (*names, part.namespace) if part.namespace else names
            yield from _walk(part, path + str(part.pattern), inner)
        elif isinstance(part, URLPattern):
            yield Route(":".join((*names, part.name or "-")), path + str(part.pattern))


def _sample(regex: str) -> str:
    return next((text for text in SAMPLES if re.fullmatch(regex, text)), "none")


def _address(route: Route) -> str | None:
    """An address of the route about a record that does not exist; None when it cannot be written."""
    converters = get_converters()

    def fill(match: re.Match[str]) -> str:
        return _sample(converters[match[1] or "str"].regex)

    text = "/" + re.sub(r"<(?:(\w+):)?\w+>", fill, route.path)
    if "(?P" in text or "^" in text:
        return None
    return text


@cache
def routes() -> tuple[Route, ...]:
    return tuple(dict.fromkeys(_walk(get_resolver())))


def who_may(route: Route) -> Who | None:
    """What the table says about a route; None when it says nothing."""
    if route.key in PAGES:
        return PAGES[route.key]
    if not route.name.startswith("admin:"):
        return None
    name = route.name.removeprefix("admin:")
    if name == "-":
        return ALL_STAFF
    model, _underscore, action = name.rpartition("_")
    if model not in ADMIN_MODELS or action not in MODEL_ACTIONS:
        return None
    rights = ADMIN_MODELS[model]
    return {"add": rights.add, "delete": NOBODY}.get(action, rights.view)


def _outcome(client: Client, route: Route, address: str) -> str:
    """open, login (sent to the door), refused or failed."""
    answer: HttpResponse = client.get(address)
    if answer.status_code == 405 and route.name not in NEVER_POST:
        answer = client.post(address)
    target = answer.headers.get("Location", "")
    if "/staff/login/" in target:
        answer = client.get(target)
        target = answer.headers.get("Location", "")
    if answer.status_code == 500:
        return f"failed with {answer.status_code}"
    if answer.status_code == 403:
        return "refused"
    if answer.status_code == 404 and route.name in HIDE_FIRST:
        return "hidden"
    return "login" if target.startswith("/account/login/?") else "open"


def _expected(route: Route, who: Who, person: str) -> set[str]:
    if who == STEP:
        return {"open", "login", "refused"}
    if route.name in HIDE_FIRST and person != "anonymous":
        return {"hidden", "refused"}
    if who == PUBLIC:
        return {"open"}
    if person == "anonymous":
        return {"login"}
    if who == SIGNED_IN:
        return {"open"}
    return {"open"} if person in who else {"refused"}


def _client_of(person: str) -> Client:
    client = Client(raise_request_exception=False)
    if person == "anonymous":
        return client
    user = made.customer() if person == "customer" else made.colleague(person).user
    return made.sign_in(client, user)


def test_every_route_has_its_line() -> None:
    missing = sorted({route.key for route in routes() if who_may(route) is None})
    assert not missing, "Say in tests/architecture/route_roles.py who may open: " + ", ".join(missing)


def test_the_table_names_no_route_that_is_gone() -> None:
    known = {route.key for route in routes()}
    gone = sorted(set(PAGES) - known)
    models = {route.name.removeprefix("admin:").rpartition("_")[0] for route in routes()}
    gone += sorted(set(ADMIN_MODELS) - models)
    assert not gone, "Take out of tests/architecture/route_roles.py: " + ", ".join(gone)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("person", ["anonymous", "customer", *Role.values])
def test_only_who_may_gets_in(person: str) -> None:
    client = _client_of(person)
    wrong = []
    for route in routes():
        who, address = who_may(route), _address(route)
        if who is None or address is None:
            continue
        outcome = _outcome(client, route, address)
        if outcome not in _expected(route, who, person):
            wrong.append(f"{address} ({route.key}): {outcome}")
    assert not wrong, f"For {person}:\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_development_pages_do_not_exist_outside(settings: Any, client: Client) -> None:
    settings.DEVELOPMENT_PAGES = False
    for name in ("pages:gallery", "pages:outbox"):
        assert client.get(reverse(name)).status_code == 404


def _words(answer: HttpResponse) -> str:
    """The page without what differs by address or request."""
    text = answer.content.decode()
    return re.sub(r'(href|action|value|content)="[^"]*"', "", text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_a_foreign_record_answers_like_a_missing_one(name: str) -> None:
    arguments = FOREIGN[name]()
    client = _client_of("customer")
    route = next(route for route in routes() if route.name == name)
    missing, foreign = _address(route), reverse(name, kwargs=arguments)
    assert missing is not None
    assert resolve(foreign).view_name == resolve(missing).view_name
    for method in (client.get, client.post):
        without, hidden = method(missing), method(foreign)
        assert (hidden.status_code, _words(hidden)) == (without.status_code, _words(without))
        assert hidden.status_code in {404, 405}

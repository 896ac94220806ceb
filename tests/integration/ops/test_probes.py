"""/healthz and /readyz: what an orchestrator asks."""

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from insureweb.ops import probes, views


@pytest.fixture(autouse=True)
def _ask_migrations_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_seen_up_to_date", False)


def test_healthz_needs_neither_database_nor_cache(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ok\n"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_says_yes_when_everything_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "missing": []}


@pytest.mark.django_db
def test_readyz_names_what_is_missing_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(error: Exception) -> Callable[[], None]:
        def check() -> None:
            raise error

        return check

    monkeypatch.setitem(views.CHECKS, "database", broken(OperationalError("password for insureweb@10.0.0.5")))
    monkeypatch.setitem(views.CHECKS, "cache", broken(probes.NotReady("forgets")))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "missing": ["database", "cache"]}


@pytest.mark.django_db
def test_readyz_is_no_while_migrations_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "pending_migrations", lambda: ["kernel.0002_more"])
    assert client.get("/readyz").json() == {"ready": False, "missing": ["migrations"]}
    monkeypatch.setattr(probes, "pending_migrations", list)
    assert client.get("/readyz").json()["ready"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405

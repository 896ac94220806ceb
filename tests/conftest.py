"""Real servers for the whole run, a guarded network, and the fixtures every test may use."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from pytest_django import DjangoDbBlocker
from pytest_socket import socket_allow_hosts

import insureweb.celery  # noqa: F401  makes our application the current one
from insureweb.ops.servers import ServersFailed
from insureweb.ops.servers.addresses import servers_of_test_run, sweep_test_folders
from insureweb.ops.words import compile_words
from tests import browser, database
from tests.factories.products import load_house

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
SERVERS = ExitStack()
# How busy the machine is says nothing about the code: no example is too slow, and neither is making one.
property_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the first process only; the workers inherit their addresses."""
    database.allow_flush_of_guarded_tables()
    if hasattr(config, "workerinput"):
        return
    compile_words(settings.LOCALE_PATHS)
    if not (settings.EMBEDDED_DATABASE or settings.EMBEDDED_VALKEY):
        return
    sweep_test_folders()
    servers = servers_of_test_run()
    try:
        SERVERS.enter_context(servers.running())
    except ServersFailed as failure:
        raise pytest.UsageError(str(failure)) from failure
    SERVERS.callback(servers.erase)


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.close()


def pytest_report_header(config: pytest.Config) -> str:
    return browser.availability()


def pytest_runtest_setup(item: pytest.Item) -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Every test finds the insurers and categories; they and the rows of migrations outlive emptied tables."""
    with django_db_blocker.unblock():
        load_house()
        database.remember_migrated_rows()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Rate limits and cached pages of one test never reach the next."""
    yield
    fixtures = {"db", "transactional_db", "live_server"}.intersection(request.fixturenames)
    if fixtures or request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """A page answered in English leaves its thread in English; the next test starts in the site's language."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A real browser for functional tests; skipped when there is none, an error under REQUIRE_BROWSER.

    Closed after each module, because its event loop runs in this thread and signing, elsewhere, needs one of its own.
    """
    executable = browser.find_chromium()
    if executable is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(browser.availability())
        pytest.skip(browser.availability())
    with browser.launched(executable) as instance:
        yield instance

"""A live house and people of two kinds at its door: a phone in Chinese, a desktop in English."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from insureweb.kernel import clock, outbox
from insureweb.kernel.outbox import Delivery
from tests.functional.visitor import Visitor

PEOPLE = {
    "phone-zh": {"viewport": {"width": 360, "height": 780}, "locale": "zh-CN", "has_touch": True, "is_mobile": True},
    "phone-plain": {"viewport": {"width": 360, "height": 780}, "locale": "zh-CN", "java_script_enabled": False},
    "desktop-zh": {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"},
    "desktop-en": {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"},
}


@pytest.fixture
def house(live_server, settings, transactional_db):
    """The running house with its catalogue on sale; the sandbox gateway is reached over HTTP."""
    settings.PUBLIC_URL = settings.SANDBOX_GATEWAY_URL = live_server.url
    settings.SANDBOX_GATEWAY_TRANSPORT = "http"
    call_command("create_roles", verbosity=0)
    call_command("load_product", "--all", "--publish", verbosity=0)
    return live_server.url


def _work_off() -> list[str]:
    try:
        # Again until nothing is left: what a delivery sets off may fall due a moment later.
        while outbox.drain(at=clock.now()):
            pass
        return list(Delivery.objects.exclude(error="").values_list("error", flat=True))
    finally:
        connection.close()


@pytest.fixture
def deliver():
    """Do what the worker does, at once; in a thread of its own, as the browser's event loop runs in this one."""

    def run() -> None:
        with ThreadPoolExecutor(1) as worker:
            assert worker.submit(_work_off).result() == []

    return run


@pytest.fixture
def visitor(chromium, house):
    """Open a browser for one of the people; closed at the end, failures reported."""
    opened = []

    def arrive(kind: str, name: str | None = None) -> Visitor:
        context = chromium.new_context(**PEOPLE[kind], reduced_motion="reduce")
        opened.append((context, Visitor(context.new_page(), name or kind, house)))
        return opened[-1][1]

    yield arrive
    for context, person in opened:
        context.close()
        person.expect_no_failures()

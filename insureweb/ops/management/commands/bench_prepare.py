import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management.base import BaseCommand
from django.db import connection

from customers.actors import actor_of
from customers.services.accounts import register_customer
from customers.services.parties import record_person
from insureweb.finance.gateways.sandbox.keys import GATEWAY, private_key
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.ops.bench.bare.models import CREATE_TABLE
from insureweb.ops.portfolio.people import resident_id

AGE_DAYS = 30 * 365 + 100


class Command(BaseCommand):
    help = "Prepare what `bench` measures with: signed-in buyers of thirty, the yardstick's table. `bench` calls it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--buyers", type=int, default=200, help="how many buyers are signed in (200)")

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CREATE_TABLE)
        private_key(GATEWAY)
        cookies = [{settings.SESSION_COOKIE_NAME: _signed_in_buyer(number)} for number in range(options["buyers"])]
        (settings.VAR_DIR / "buyers.json").write_text(json.dumps(cookies), encoding="utf-8")


def _signed_in_buyer(number: int) -> str:
    """A customer known to the house, with an open session; the session's key."""
    at = clock.now()
    user = register_customer(email=f"buyer{number}@bench.example", language="zh-hans", by=Actor.system("bench"), at=at)
    birth = clock.today() - timedelta(days=AGE_DAYS + number // 400)
    record_person(
        owner=user,
        name="Bench Buyer",
        id_number=resident_id("330106", birth, 100 + number % 400 * 2),
        phone="19900000000",
        is_self=True,
        by=actor_of(user),
        at=at,
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)

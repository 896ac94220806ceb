"""Partners, keys and signed requests."""

import json
from datetime import datetime
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client

from insureweb.api.rules.signatures import signed_headers
from insureweb.api.services.keys import NewKey, create_key
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized

SYSTEM = Actor.system("tests")
NAME = Localized("海港旅行", "Harbour Travel")
_number = count(1)


def key(
    partner: str = "harbour-travel", *, sandbox: bool = False, courier: bool = False, at: datetime | None = None
) -> NewKey:
    at = at or clock.now()
    return create_key(partner_code=partner, partner_name=NAME, sandbox=sandbox, courier=courier, by=SYSTEM, at=at)


def nonce() -> str:
    return f"nonce-number-{next(_number):08d}"


def call(made: NewKey, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
    """A request signed as a partner signs it; `headers` replace or add to the signed ones."""
    content = b"" if body is None else json.dumps(body).encode()
    signed = signed_headers(
        key_id=made.key.key_id, secret=made.secret, method=method, address=address, body=content, nonce=nonce(),
        at=clock.now(),
    )  # fmt: skip
    sent = {"Accept-Language": "en"} | signed | headers
    return Client().generic(method, address, content, content_type="application/json", headers=sent)

"""Which needs result goes with the sale a browser is about to make: the last one it saw, kept in a signed cookie.

Without the cookie nothing is looked up, so that a sale without a needs check costs no query more.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from customers.models import User
from policies.offers.needs.models import NeedsResult
from policies.offers.needs.selectors import VALID_FOR, valid_result

NEEDS_COOKIE = "needs_result"
NEEDS_SALT = "policies.needs-result"


def remember_result(request: HttpRequest, response: HttpResponse, result: NeedsResult) -> None:
    response.set_signed_cookie(
        NEEDS_COOKIE, str(result.uuid), salt=NEEDS_SALT, max_age=VALID_FOR, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip


def attached_result(request: HttpRequest, *, user: User | None, token: str, at: datetime) -> NeedsResult | None:
    """The result to store with a quote; None without a cookie, or when it is not this person's or too old."""
    uuid = request.get_signed_cookie(NEEDS_COOKIE, default="", salt=NEEDS_SALT, max_age=VALID_FOR)
    return valid_result(uuid, user=user, token=token, at=at) if uuid else None

"""The cookie that makes a visitor's quotes and answers their own: one secret a browser, kept signed and out of reach of
scripts.
"""

from django.http import HttpRequest, HttpResponse

OWNER_COOKIE = "quote_owner"
OWNER_SALT = "policies.quote-owner"
OWNER_SECONDS = 60 * 24 * 3600


def owner_token(request: HttpRequest) -> str:
    """The visitor's secret from the signed cookie; empty when there is none or it was tampered with."""
    token = request.get_signed_cookie(OWNER_COOKIE, default="", salt=OWNER_SALT, max_age=OWNER_SECONDS)
    return token or ""


def remember_owner(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Give the browser its secret, or keep it for another sixty days."""
    response.set_signed_cookie(
        OWNER_COOKIE, token, salt=OWNER_SALT, max_age=OWNER_SECONDS, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip

"""The reason typed beside an act."""

from __future__ import annotations

from django.http import HttpRequest

from insureweb.kernel.checks import Refused
from products.messages import refusal_words

MAX_REASON = 500


def reason_in(request: HttpRequest) -> str:
    """The reason typed.

    Raises:
        Refused: there is none.
    """
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:MAX_REASON]
    if not reason:
        raise Refused("reason_needed", refusal_words("reason_needed"), "reason")
    return reason

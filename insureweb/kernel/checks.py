"""Refusals a person can read. One raising check per action; the disabled button and its tooltip derive from it."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise


class Refused(Exception):
    """The house will not do this, and says why.

    `code` is stable and for machines, `message` is translated and for the reader, `field` names the input at fault.
    """

    def __init__(self, code: str, message: str | Promise, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


def reason_against(check: Callable[..., object], *args: Any, **kwargs: Any) -> str | None:
    """Why the action is not open, in the reader's language; None when it is."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return str(refusal.message)
    return None


def allows(check: Callable[..., object], *args: Any, **kwargs: Any) -> bool:
    return reason_against(check, *args, **kwargs) is None

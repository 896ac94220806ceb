"""The port to whoever confirms identities.

A real provider (public security, bank card, face) registers itself in its app's `ready()`; it is called outside
transactions, and its verdict is stored by `record_identity_check`. The sandbox looks at the check digit only, answers
at once, and exists only where `SANDBOX_IDENTITY` is on: without a provider nobody's identity is confirmed.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider said. `code` is empty when it passed."""

    provider: str
    method: str
    passed: bool
    code: str = ""


class IdentityProvider(Protocol):
    def check(self, *, name: str, id_number: str) -> Verdict:
        """Whether the name and the number belong together. May call over a network."""
        ...


class SandboxProvider:
    """Believes every number whose check digit fits; for development and demos."""

    def check(self, *, name: str, id_number: str) -> Verdict:
        return Verdict("sandbox", "check_digit", passed=bool(name and id_number), code="" if name else "no_name")


_provider: list[IdentityProvider] = []


def register_identity_provider(provider: IdentityProvider) -> None:
    _provider[:] = [provider]


def identity_provider() -> IdentityProvider | None:
    """Whoever confirms identities here, if anybody does."""
    if _provider:
        return _provider[0]
    return SandboxProvider() if settings.SANDBOX_IDENTITY else None

"""The port to whoever confirms identities.

The sandbox provider looks at the check digit only. A real provider (public security, bank card, face) registers itself
in its app's `ready()`; it is called outside transactions, and its verdict is stored by `record_identity_check`.
"""

from dataclasses import dataclass
from typing import Protocol


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


_provider: list[IdentityProvider] = [SandboxProvider()]


def register_identity_provider(provider: IdentityProvider) -> None:
    _provider[:] = [provider]


def identity_provider() -> IdentityProvider:
    return _provider[0]

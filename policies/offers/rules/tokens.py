"""The secret that makes an anonymous quote its visitor's own."""

import hashlib
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored: the token itself never is."""
    return hashlib.sha256(token.encode()).hexdigest()

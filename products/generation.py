"""The catalogue's generation: a token in the cache that changes whenever what the shop shows changes.

Cached pages carry it in their key. The cache may be emptied at any time: a new token then starts a new generation, and
every page is drawn again from the database.
"""

import threading
import time
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction

KEY = "products:generation"
KEPT_SECONDS = 7 * 24 * 3600
# A process asks the shared cache at most this often, so a published price is on every page within two seconds.
ASK_SECONDS = 2.0

_lock = threading.Lock()
_known: tuple[float, str] = (0.0, "")


def generation() -> str:
    """The generation in force, at most two seconds old."""
    global _known  # noqa: PLW0603
    asked_at, token = _known
    now = time.monotonic()
    if token and now - asked_at < ASK_SECONDS:
        return token
    token = str(cache.get(KEY) or cache.get_or_set(KEY, _new_token, KEPT_SECONDS))
    with _lock:
        _known = (now, token)
    return token


def bump_on_commit() -> None:
    """Start a new generation once the transaction is committed."""
    transaction.on_commit(bump)


def is_changing() -> bool:
    """Whether the transaction under way changes what the shop shows, so that only the database knows the answer."""
    return any(bump in entry for entry in transaction.get_connection().run_on_commit)


def bump() -> None:
    global _known  # noqa: PLW0603
    token = _new_token()
    cache.set(KEY, token, KEPT_SECONDS)
    with _lock:
        _known = (time.monotonic(), token)


def forget() -> None:
    """Ask the shared cache again at the next call; for tests and after a fork."""
    global _known  # noqa: PLW0603
    with _lock:
        _known = (0.0, "")


def _new_token() -> str:
    return uuid4().hex[:12]

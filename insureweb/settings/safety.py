"""What makes a production installation unsafe, as plain checks over its settings; prod.py refuses to start on any."""

import base64
import binascii
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
# Bits a character: 50 characters of a random secret reach 4.5 and more, words and repetition stay well below.
LEAST_ENTROPY = 4.0
KEY_BYTES = 32
TELLTALE_WORDS = ("development", "django-insecure", "changeme", "change-me", "example", "secret", "test-", "password")
# The keys that stand in the repository for development and tests.
PUBLISHED_KEYS = ("sealing-key-000", "blind-index-key-000")


class UnsafeSettings(ImproperlyConfigured):
    """Lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Unsafe settings, not starting:\n" + "\n".join(f"  - {problem}" for problem in problems))


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def secret_key_problems(key: str) -> Iterator[str]:
    how = 'make one with `python -c "import secrets; print(secrets.token_urlsafe(64))"`'
    if not key:
        yield f"SECRET_KEY is missing: {how}."
    elif len(key) < SHORTEST_SECRET:
        yield f"SECRET_KEY has {len(key)} characters, {SHORTEST_SECRET} are needed: {how}."
    elif any(word in key.lower() for word in TELLTALE_WORDS):
        yield f"SECRET_KEY is a sample: {how}."
    elif entropy(key) < LEAST_ENTROPY:
        yield f"SECRET_KEY repeats itself too much to be random: {how}."


def key_problems(name: str, text: str) -> Iterator[str]:
    """Problems of one base64 key of 32 bytes."""
    how = 'make one with `python -c "import os, base64; print(base64.b64encode(os.urandom(32)).decode())"`'
    if not text:
        yield f"{name} is missing: {how}."
        return
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        yield f"{name} is not base64: {how}."
        return
    if len(raw) != KEY_BYTES:
        yield f"{name} has {len(raw)} bytes, {KEY_BYTES} are needed: {how}."
    elif any(word.encode() in raw for word in PUBLISHED_KEYS):
        yield f"{name} is the development key from the repository: {how}."
    elif len(set(raw)) < KEY_BYTES // 2:
        yield f"{name} repeats itself too much to be random: {how}."


def sealing_problems(keys: Mapping[str, str], active: str, blind_index: str) -> Iterator[str]:
    if not keys:
        yield "SEALING_KEYS is missing: write it as name:base64, several separated by commas."
    for name, text in keys.items():
        yield from key_problems(f"SEALING_KEYS ({name})", text)
    if keys and active not in keys:
        yield f"SEALING_ACTIVE_KEY is {active!r}, which SEALING_KEYS does not hold."
    yield from key_problems("BLIND_INDEX_KEY", blind_index)
    if blind_index and blind_index in keys.values():
        yield "BLIND_INDEX_KEY equals a sealing key: each needs its own."


def address_problems(hosts: list[str], public_url: str) -> Iterator[str]:
    if not hosts:
        yield "ALLOWED_HOSTS is missing: list the host names people use, separated by commas."
    if "*" in hosts:
        yield "ALLOWED_HOSTS allows every host: list the names people use."
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        yield f"PUBLIC_URL is {public_url!r}: it must be the https address of this installation."
    elif hosts and "*" not in hosts and not any(_covers(host, parts.hostname) for host in hosts):
        yield f"PUBLIC_URL is {public_url!r}, whose host is not in ALLOWED_HOSTS."


def _covers(pattern: str, host: str) -> bool:
    return host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))


def switch_problems(values: Mapping[str, Any]) -> Iterator[str]:
    if values["DEBUG"]:
        yield "DEBUG is on: it shows settings and data to visitors."
    if values["DEVELOPMENT_PAGES"]:
        yield "DEVELOPMENT_PAGES is on: it shows sent messages and codes to visitors."
    if values["SANDBOX_GATEWAY"] or "sandbox" in values["PAYMENT_GATEWAYS"]:
        yield "The sandbox payment gateway is on: set PAYMENT_GATEWAYS to alipay or wechatpay."
    if values["SANDBOX_IDENTITY"]:
        yield "SANDBOX_IDENTITY is on: it believes every resident ID number."


def server_problems(values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not values[name]:
            yield f"{name} is missing."
    if "smtp" in values["EMAIL_BACKEND"]:
        for name in ("EMAIL_HOST", "DEFAULT_FROM_EMAIL"):
            if not values[name]:
                yield f"{name} is missing: sign-in codes travel by e-mail."
    certificate = values["SIGNING_CERTIFICATE_FILE"]
    if not certificate:
        yield "SIGNING_CERTIFICATE_FILE is missing: name a PKCS#12 file of a licensed authority for signing documents."
    elif not Path(certificate).is_file():
        yield f"SIGNING_CERTIFICATE_FILE is {certificate!r}, and there is no such file."


def problems(values: Mapping[str, Any]) -> list[str]:
    """Every reason not to start, in the order of the documentation."""
    return [
        *secret_key_problems(values["SECRET_KEY"]),
        *sealing_problems(values["SEALING_KEYS"], values["SEALING_ACTIVE_KEY"], values["BLIND_INDEX_KEY"]),
        *address_problems(values["ALLOWED_HOSTS"], values["PUBLIC_URL"]),
        *switch_problems(values),
        *server_problems(values),
    ]

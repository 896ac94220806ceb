"""What a partner signs: time, nonce, method, address and the hash of the body, under a secret both sides hold."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SCHEME = "INSUREWEB-HMAC-SHA256"
# How far a partner's clock may be from ours, either way. A nonce is remembered for twice as long.
CLOCK_TOLERANCE = timedelta(minutes=5)
KEY, TIME, NONCE, BODY_HASH, SIGNATURE = "X-Partner-Key", "X-Timestamp", "X-Nonce", "X-Content-SHA256", "X-Signature"
HEADERS = (KEY, TIME, NONCE, BODY_HASH, SIGNATURE)
NONCE_LENGTH = range(16, 65)
LONGEST_TIME = 10


class SignatureInvalid(ValueError):
    """The request cannot be believed. `code` says why, in a word for machines."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What the headers of a request say; nothing of it is believed yet."""

    key_id: str
    timestamp: str
    nonce: str
    body_hash: str
    signature: str

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> "SignedRequest":
        """Raises `SignatureInvalid` when a header is missing or of the wrong form."""
        values = [str(headers.get(name, "")).strip() for name in HEADERS]
        if not all(values):
            raise SignatureInvalid("headers_missing")
        read = cls(*values)
        if not (read.key_id.isascii() and read.key_id.isprintable()):
            raise SignatureInvalid("key_malformed")
        if not (read.timestamp.isascii() and read.timestamp.isdecimal() and len(read.timestamp) <= LONGEST_TIME):
            raise SignatureInvalid("time_malformed")
        if not (read.nonce.isascii() and read.nonce.isprintable() and len(read.nonce) in NONCE_LENGTH):
            raise SignatureInvalid("nonce_malformed")
        return read

    def check_fresh(self, at: datetime) -> None:
        """Raises `SignatureInvalid`: the time is more than five minutes from ours."""
        if abs(at - datetime.fromtimestamp(int(self.timestamp), UTC)) > CLOCK_TOLERANCE:
            raise SignatureInvalid("time_out_of_range")

    def check_body(self, body: bytes) -> None:
        """Raises `SignatureInvalid`: the body is not the one that was signed."""
        if not _same(self.body_hash, hashlib.sha256(body).hexdigest()):
            raise SignatureInvalid("body_changed")

    def check_signature(self, secret: str, method: str, address: str) -> None:
        """Raises `SignatureInvalid`: signed under another secret, or for another request."""
        expected = signature_of(secret, method, address, self.timestamp, self.nonce, self.body_hash)
        if not _same(self.signature, expected):
            raise SignatureInvalid("signature_wrong")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def signature_of(secret: str, method: str, address: str, timestamp: str, nonce: str, body_hash: str) -> str:
    """HMAC-SHA-256 in hexadecimal over six lines; `address` is the path with its query as sent."""
    text = f"{SCHEME}\n{timestamp}\n{nonce}\n{method.upper()}\n{address}\n{body_hash}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def signed_headers(
    *, key_id: str, secret: str, method: str, address: str, body: bytes, nonce: str, at: datetime
) -> dict[str, str]:
    """The headers a partner sends; the documentation shows this, and the tests use it."""
    timestamp, body_hash = str(int(at.timestamp())), hashlib.sha256(body).hexdigest()
    return {
        KEY: key_id,
        TIME: timestamp,
        NONCE: nonce,
        BODY_HASH: body_hash,
        SIGNATURE: signature_of(secret, method, address, timestamp, nonce, body_hash),
    }

"""Signing: the same request gives the same signature; one changed part gives another."""

from datetime import UTC, datetime, timedelta

import pytest

from insureweb.api.rules.signatures import (
    BODY_HASH,
    KEY,
    NONCE,
    SIGNATURE,
    TIME,
    SignatureInvalid,
    SignedRequest,
    signature_of,
    signed_headers,
)

AT = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
BODY = b'{"plan":"standard"}'
HEADERS = signed_headers(
    key_id="live_x", secret="s" * 64, method="POST", address="/api/v1/quotes?x=1", body=BODY, nonce="n" * 20, at=AT
)


def verify(headers: dict[str, str], *, body: bytes = BODY, at: datetime = AT, address: str = "/api/v1/quotes?x=1",
           method: str = "POST", secret: str = "s" * 64) -> None:  # fmt: skip
    read = SignedRequest.read(headers)
    read.check_fresh(at)
    read.check_body(body)
    read.check_signature(secret, method, address)


def test_what_was_signed_is_believed() -> None:
    verify(HEADERS)
    verify(HEADERS, method="post")


def test_the_signature_is_a_known_value() -> None:
    """A partner's own implementation can be compared with this."""
    assert signature_of("secret", "GET", "/api/v1/products", "1779170400", "0123456789abcdef", "e" * 64) == (
        "01867c0496432f20d77258453acba5f6117550abb62d84c275e115f1d1bfe32c"
    )


@pytest.mark.parametrize(("changes", "code"), [
    ({"body": b"{}"}, "body_changed"),
    ({"at": AT + timedelta(minutes=5, seconds=1)}, "time_out_of_range"),
    ({"at": AT - timedelta(minutes=5, seconds=1)}, "time_out_of_range"),
    ({"address": "/api/v1/quotes?x=2"}, "signature_wrong"),
    ({"method": "GET"}, "signature_wrong"),
    ({"secret": "t" * 64}, "signature_wrong"),
])  # fmt: skip
def test_another_request_is_not_believed(changes: dict[str, object], code: str) -> None:
    with pytest.raises(SignatureInvalid) as wrong:
        verify(HEADERS, **changes)
    assert wrong.value.code == code


@pytest.mark.parametrize(("name", "value", "code"), [
    (KEY, "", "headers_missing"), (KEY, "\x00", "key_malformed"),
    (SIGNATURE, "", "headers_missing"), (NONCE, "", "headers_missing"),
    (TIME, "", "headers_missing"), (BODY_HASH, "", "headers_missing"),
    (TIME, "yesterday", "time_malformed"), (TIME, "-5", "time_malformed"), (TIME, "1e9", "time_malformed"),
    (TIME, "9" * 11, "time_malformed"), (TIME, "１２３", "time_malformed"), (TIME, "0", "time_out_of_range"),
    (TIME, "1", "time_out_of_range"),
    (NONCE, "short", "nonce_malformed"), (NONCE, "n" * 65, "nonce_malformed"), (NONCE, "短" * 20, "nonce_malformed"),
    (NONCE, "m" * 20, "signature_wrong"), (BODY_HASH, "0" * 64, "body_changed"), (BODY_HASH, "é", "body_changed"),
    (SIGNATURE, "0" * 64, "signature_wrong"), (SIGNATURE, "签名", "signature_wrong"),
    (TIME, str(int(AT.timestamp()) + 60), "signature_wrong"),
])  # fmt: skip
def test_every_header_counts(name: str, value: str, code: str) -> None:
    with pytest.raises(SignatureInvalid) as wrong:
        verify(HEADERS | {name: value})
    assert wrong.value.code == code


def test_five_minutes_either_way_are_fine() -> None:
    verify(HEADERS, at=AT + timedelta(minutes=5))
    verify(HEADERS, at=AT - timedelta(minutes=5))

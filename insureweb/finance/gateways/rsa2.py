"""Signatures as Alipay makes them: RSA with SHA-256 over the sorted parameters."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

UNSIGNED = {"sign", "sign_type"}


class BadSignature(ValueError):
    """The text was not signed with the key that goes with ours."""


def canonical(fields: Mapping[str, str]) -> bytes:
    """The text that is signed: `name=value` of every field that is not empty, sorted by name, joined with `&`."""
    return "&".join(
        f"{name}={fields[name]}" for name in sorted(fields) if name not in UNSIGNED and fields[name]
    ).encode()


def sign(text: bytes, key: RSAPrivateKey) -> str:
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def verify(text: bytes, signature: str, key: RSAPublicKey) -> None:
    """Raises `BadSignature`."""
    try:
        key.verify(base64.b64decode(signature, validate=True), text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise BadSignature("The signature does not verify.") from error


def signed_fields(fields: Mapping[str, str], key: RSAPrivateKey) -> dict[str, str]:
    """The fields with `sign_type` and `sign` added."""
    return {**fields, "sign_type": "RSA2", "sign": sign(canonical(fields), key)}


def verify_fields(fields: Mapping[str, str], key: RSAPublicKey) -> None:
    """Raises `BadSignature`."""
    verify(canonical(fields), fields.get("sign", ""), key)


def signed_answer(node: str, content: Mapping[str, Any], key: RSAPrivateKey) -> str:
    """An API answer: `{"<node>": {...}, "sign": "..."}`, signed over the exact text of the node."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f'{{"{node}":{text},"sign":"{sign(text.encode(), key)}"}}'


def read_answer(body: str, node: str, key: RSAPublicKey) -> dict[str, Any]:
    """The content of a signed answer.

    Raises:
        BadSignature: it is not signed, not with the right key, or not such an answer at all.
    """
    head = f'{{"{node}":'
    text, mark, rest = body.removeprefix(head).rpartition(',"sign":"')
    if not body.startswith(head) or not mark or not rest.endswith('"}'):
        raise BadSignature("The answer is not signed.")
    verify(text.encode(), rest.removesuffix('"}'), key)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise BadSignature("The answer cannot be read.") from error
    if not isinstance(content, dict):
        raise BadSignature("The answer cannot be read.")
    return content

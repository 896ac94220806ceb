"""The two key pairs of the sandbox: the shop's and the gateway's own, made when first needed.

They lie in the private folder, which every process of an installation shares. They protect nothing but play money.
"""

import functools
import os
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.conf import settings

SHOP, GATEWAY, STRANGER = "shop", "gateway", "stranger"


def private_key(owner: str) -> RSAPrivateKey:
    return _load(str(Path(settings.PRIVATE_FILES_DIR) / "sandbox-gateway" / f"{owner}.pem"))


def public_key(owner: str) -> RSAPublicKey:
    return private_key(owner).public_key()


@functools.lru_cache(maxsize=8)
def _load(name: str) -> RSAPrivateKey:
    path = Path(name)
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError(f"{path.name} is no RSA key.")
    return key


def _make(path: Path) -> None:
    """Write a new key in one step; when two processes do so at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()

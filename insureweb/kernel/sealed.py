"""Personal data at rest: AES-256-GCM with key ids, bound to its row, found again by a keyed hash.

A sealed column holds `version · key id · nonce · ciphertext`. The additional data is `table.column` and the row's UUID,
so a value copied into another row or column does not open. Look-up goes through an HMAC-SHA-256 blind index.
Reading shows a mask; `insureweb.audit.access.reveal` opens it and writes down who looked and why.
"""

import base64
import functools
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE_BYTES = 12


class CannotOpen(ValueError):
    """The value was moved, changed or sealed under a key we do not hold."""


@functools.lru_cache(maxsize=16)
def _cipher(key_id: str) -> AESGCM:
    try:
        return AESGCM(base64.b64decode(settings.SEALING_KEYS[key_id], validate=True))
    except KeyError:
        raise CannotOpen(f"No sealing key {key_id!r}.") from None
    except ValueError as error:
        raise ImproperlyConfigured(f"Sealing key {key_id!r} is not 32 bytes in base64.") from error


def seal_bytes(content: bytes, *, binding: bytes) -> bytes:
    """Encrypt bytes under the active key. `binding` says where they belong; the same is needed to open them."""
    key_id: str = settings.SEALING_ACTIVE_KEY
    name = key_id.encode()
    nonce = os.urandom(NONCE_BYTES)
    return bytes([VERSION, len(name)]) + name + nonce + _cipher(key_id).encrypt(nonce, content, binding)


def unseal_bytes(value: bytes, *, binding: bytes) -> bytes:
    """Decrypt. Raises `CannotOpen` when the bytes were changed, belong elsewhere or the key is gone."""
    try:
        version, length = value[0], value[1]
        key_id = value[2 : 2 + length].decode()
        nonce, body = value[2 + length : 2 + length + NONCE_BYTES], value[2 + length + NONCE_BYTES :]
        if version != VERSION:
            raise CannotOpen(f"Unknown seal version {version}.")
        return _cipher(key_id).decrypt(nonce, body, binding)
    except CannotOpen:
        raise
    except Exception as error:
        raise CannotOpen("The sealed value does not open here.") from error


def seal(text: str, *, place: str, row: UUID) -> bytes:
    """Encrypt `text` for one column of one row. `place` is "table.column"."""
    return seal_bytes(text.encode(), binding=_binding(place, row))


def unseal(value: bytes, *, place: str, row: UUID) -> str:
    """Decrypt. Raises `CannotOpen` when the value does not belong here or the key is gone."""
    return unseal_bytes(value, binding=_binding(place, row)).decode()


def _binding(place: str, row: UUID) -> bytes:
    return place.encode() + b"\0" + row.bytes


def normalised(text: str) -> str:
    """One spelling for look-up: compatibility forms folded, spaces and hyphens dropped, upper case."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if not character.isspace() and character != "-")


def blind_index(place: str, text: str) -> str:
    """Keyed hash for equality look-up; the same text in two columns gives two hashes."""
    key = base64.b64decode(settings.BLIND_INDEX_KEY)
    return hmac.new(key, f"{place}\0{normalised(text)}".encode(), hashlib.sha256).hexdigest()


def _mask_name(text: str) -> str:
    return text[:1] + "*" * max(1, min(len(text) - 1, 2))


def _mask_ends(head: int, tail: int) -> Callable[[str], str]:
    def mask(text: str) -> str:
        if len(text) <= head + tail:
            return "*" * len(text)
        return f"{text[:head]} **** {text[-tail:]}" if tail else f"{text[:head]} ****"

    return mask


MASKS: dict[str, Callable[[str], str]] = {
    "all": lambda _text: "****",
    "name": _mask_name,
    "identity": _mask_ends(4, 4),
    "phone": _mask_ends(3, 4),
    "account": _mask_ends(0, 4),
    "address": _mask_ends(6, 0),
}


class Sealed:
    """A personal value on a row: prints as a mask, opens only on purpose."""

    __slots__ = ("_mask", "_place", "_plain", "_row", "_value")

    def __init__(self, *, value: bytes | None, plain: str | None, place: str, row: UUID, mask: str) -> None:
        self._value, self._plain, self._place, self._row, self._mask = value, plain, place, row, mask

    def open(self) -> str:
        """The plain text. Pages go through `reveal`, which writes the access log; services may open directly."""
        if self._plain is None:
            assert self._value is not None  # noqa: S101  one of the two is always there
            self._plain = unseal(self._value, place=self._place, row=self._row)
        return self._plain

    def sealed(self) -> bytes:
        if self._value is None:
            assert self._plain is not None  # noqa: S101
            self._value = seal(self._plain, place=self._place, row=self._row)
        return self._value

    def __str__(self) -> str:
        return MASKS[self._mask](self.open())

    def __repr__(self) -> str:
        return f"<Sealed {self._place}>"

    def __bool__(self) -> bool:
        return True


class _SealedAttribute:
    """Descriptor: a plain string assigned to the field becomes a `Sealed` bound to the row."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if value is None or isinstance(value, Sealed):
            return value
        sealed = self.field.bind(instance, value)
        instance.__dict__[self.field.attname] = sealed
        return sealed

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):
    """Encrypted text. The model needs a `uuid` set before insert; a `BlindIndexField` beside it allows look-up."""

    def __init__(self, *args: Any, mask: str = "all", text_length: int = 200, **kwargs: Any) -> None:
        self.mask, self.text_length = mask, text_length
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, kwargs | {"mask": self.mask, "text_length": self.text_length}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _SealedAttribute(self))

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def bind(self, instance: Any, value: str | bytes | memoryview) -> Sealed:
        common = {"place": self.place, "row": instance.uuid, "mask": self.mask}
        if isinstance(value, str):
            if len(value) > self.text_length:
                raise ValueError(f"{self.name} is longer than {self.text_length} characters.")
            return Sealed(value=None, plain=value, **common)
        return Sealed(value=bytes(value), plain=None, **common)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        return value.sealed() if isinstance(value, Sealed) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError("A sealed column is searched through its blind index.")
        return super().get_db_prep_value(value.sealed() if isinstance(value, Sealed) else value, connection, prepared)


class BlindIndexField(models.CharField):
    """Keyed hash of a sealed field on the same row, kept in step at save; empty when the field is."""

    def __init__(self, source: str = "", *args: Any, **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("db_index", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def of(self, text: str) -> str:
        """The hash to look for."""
        return blind_index(f"{self.model._meta.db_table}.{self.source}", text)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.source)
        digest = "" if value is None else self.of(value.open())
        setattr(model_instance, self.attname, digest)
        return digest

"""Private files: sealed with AES-256-GCM before they touch the disk, never served by an address of their own."""

import contextlib
import os
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils._os import safe_join
from django.utils.deconstruct import deconstructible

from insureweb.kernel.sealed import seal_bytes, unseal_bytes


@deconstructible(path="insureweb.documents.storage.PrivateStorage")
class PrivateStorage(Storage):
    """Files under `settings.PRIVATE_FILES_DIR`. A file moved to another name does not open there."""

    def _path(self, name: str) -> Path:
        return Path(safe_join(str(settings.PRIVATE_FILES_DIR), name))

    def _save(self, name: str, content: Any) -> str:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        plain = content.read()
        sealed = seal_bytes(plain if isinstance(plain, bytes) else plain.encode(), binding=_binding(name))
        _write_whole(path, sealed)
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        """Raises `FileNotFoundError`, or `CannotOpen` when the sealed file was changed or moved."""
        if mode != "rb":
            raise SuspiciousFileOperation("Private files are written whole.")
        return ContentFile(unseal_bytes(self._path(name).read_bytes(), binding=_binding(name)), name=name)

    def exists(self, name: str) -> bool:
        return self._path(name).exists()

    def delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path(name).unlink()

    def size(self, name: str) -> int:
        with self.open(name) as file:
            return len(file.read())

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("Private files have no address; the download view checks who asks.")


def _binding(name: str) -> bytes:
    return b"private-file\0" + Path(name).as_posix().encode()


def _write_whole(path: Path, content: bytes) -> None:
    """All or nothing: written beside the target, flushed to disk, then renamed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

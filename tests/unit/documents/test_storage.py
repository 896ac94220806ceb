"""The private store: sealed on disk, bound to its name, without an address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from insureweb.kernel.sealed import CannotOpen


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(PRIVATE_FILES_DIR=tmp_path):
        yield tmp_path


def read(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def test_files_lie_sealed(folder: Path) -> None:
    name = default_storage.save("letters/one", ContentFile(b"a secret letter"))
    on_disk = (folder / name).read_bytes()
    assert b"secret" not in on_disk
    assert (folder / name).stat().st_mode & 0o077 == 0
    assert read(name) == b"a secret letter"
    assert default_storage.size(name) == 15
    assert [path.name for path in (folder / "letters").iterdir()] == ["one"]


def test_a_moved_or_changed_file_does_not_open(folder: Path) -> None:
    name = default_storage.save("letters/one", ContentFile(b"a secret letter"))
    content = (folder / name).read_bytes()
    (folder / "letters/two").write_bytes(content)
    with pytest.raises(CannotOpen):
        read("letters/two")
    (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(CannotOpen):
        read(name)


def test_a_file_is_never_written_over() -> None:
    first = default_storage.save("letters/one", ContentFile(b"first"))
    second = default_storage.save("letters/one", ContentFile(b"second"))
    assert first != second
    assert read(first) == b"first"


def test_files_have_no_address_and_no_way_out() -> None:
    with pytest.raises(ValueError, match="no address"):
        default_storage.url("letters/one")
    for name in ("../outside", "/etc/passwd"):
        with pytest.raises(SuspiciousFileOperation):
            default_storage.save(name, ContentFile(b"x"))
    default_storage.save("letters/one", ContentFile(b"x"))
    with pytest.raises(SuspiciousFileOperation):
        default_storage.open("letters/one", "ab")


def test_deleting_twice_is_quiet() -> None:
    name = default_storage.save("letters/one", ContentFile(b"x"))
    default_storage.delete(name)
    default_storage.delete(name)
    assert not default_storage.exists(name)

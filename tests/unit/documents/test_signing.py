"""Signatures: good ones hold, one changed bit is seen, our key lies sealed."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_der_x509_certificate
from django.test import override_settings
from pyhanko.pdf_utils.reader import PdfFileReader

from insureweb.documents import signing
from insureweb.documents.rendering import in_language, render
from tests.factories import documents as made
from tests.unit.documents.test_rendering import frame


@pytest.fixture
def _own_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(PRIVATE_FILES_DIR=tmp_path, SIGNING_CERTIFICATE_FILE=""):
        yield


pytestmark = pytest.mark.usefixtures("_own_folder")


def plain() -> bytes:
    return render("notice.typ", in_language("notice.typ", made.notice_data(), "en"), "en", frame())


def test_a_signature_is_good_and_ours() -> None:
    signed = signing.sign(plain(), reason="Letter")
    report = signing.examine(signed.content)
    assert report.good
    assert report.certificate_sha256 == signed.certificate_sha256


def test_one_changed_bit_is_seen() -> None:
    """Everywhere but in the signature's own place, whose spare bits the fingerprint covers."""
    content = signing.sign(plain(), reason="Letter").content
    start, length, after, _rest = PdfFileReader(io.BytesIO(content)).embedded_signatures[0].byte_range
    covered = [*range(100, start + length, length // 40), *range(after + 5, len(content), 150)]
    for position in covered:
        changed = bytearray(content)
        changed[position] ^= 1
        assert not signing.examine(bytes(changed)).good, position


def test_the_place_of_the_signature_holds_nothing_else() -> None:
    content = signing.sign(plain(), reason="Letter").content
    zeros = content.rindex(b"0000000000>")
    report = signing.examine(content[:zeros] + b"1" + content[zeros + 1 :])
    assert report.signed
    assert not report.intact


def test_what_is_added_later_is_seen() -> None:
    content = signing.sign(plain(), reason="Letter").content
    report = signing.examine(content + b"\n% more")
    assert not report.whole_file
    assert not report.good


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 500, b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF"])
def test_what_is_no_signed_pdf_is_not_signed(content: bytes) -> None:
    assert signing.examine(content) == signing.UNSIGNED
    assert signing.examine(plain()) == signing.UNSIGNED


def test_somebody_elses_signature_is_not_ours(tmp_path: Path) -> None:
    with override_settings(PRIVATE_FILES_DIR=tmp_path / "elsewhere"):
        foreign = signing.sign(plain(), reason="Letter").content
    signing.sign(plain(), reason="Letter")
    report = signing.examine(foreign)
    assert report.intact
    assert not report.ours


def test_the_key_lies_sealed(tmp_path: Path) -> None:
    key = signing.identity().key
    kept = b"".join(path.read_bytes() for path in (tmp_path / "signing").rglob("*") if path.is_file())
    assert serialization.load_der_private_key(key, None)
    assert key not in kept
    assert (tmp_path / "signing" / "key.sealed").stat().st_mode & 0o077 == 0


def test_a_licensed_certificate_signs_and_the_old_one_stays_ours(tmp_path: Path) -> None:
    before = signing.sign(plain(), reason="Letter").content
    certificate, key = signing._make_pair()
    file = tmp_path / "licensed.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"licensed",
            serialization.load_der_private_key(key, None),
            load_der_x509_certificate(certificate),
            None,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with override_settings(SIGNING_CERTIFICATE_FILE=str(file), SIGNING_CERTIFICATE_PASSWORD="secret"):
        assert signing.identity().certificate == certificate
        assert signing.examine(signing.sign(plain(), reason="Letter").content).good
        assert signing.examine(before).good


def test_our_certificate_covers_the_demos_history() -> None:
    certificate = load_der_x509_certificate(signing.identity().certificate)
    assert certificate.not_valid_before_utc < datetime(2021, 1, 1, tzinfo=UTC) < certificate.not_valid_after_utc

"""Electronic signatures on what we issue: PAdES, with the house's own certificate or a licensed one.

Our own certificate proves that nothing was changed since; that it is us, only to those who know the certificate.
A production house sets `SIGNING_CERTIFICATE_FILE` to the PKCS#12 file of a licensed authority.
"""

import fcntl
import functools
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from insureweb.kernel.sealed import seal_bytes, unseal_bytes

BINDING = b"document-signing-key"
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2046, 1, 1, tzinfo=UTC)
FIELD = "Insurer"
# Bytes of a signature beside the certificates: attributes, an RSA-4096 value, the structure around them.
SIGNATURE_ITSELF = 2_048


@dataclass(frozen=True, slots=True)
class SignedPdf:
    content: bytes
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What a PDF's signature says. `intact`: nothing changed since; `ours`: made with our certificate."""

    signed: bool
    intact: bool
    ours: bool
    whole_file: bool
    certificate_sha256: str = ""

    @property
    def good(self) -> bool:
        return self.signed and self.intact and self.ours and self.whole_file


def _folder() -> Path:
    return Path(settings.PRIVATE_FILES_DIR) / "signing"


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """One process makes the certificate, the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _own_pair() -> tuple[bytes, bytes]:
    """Certificate and key in DER, made on first use. The key lies sealed."""
    folder = _folder()
    certificate, key = folder / "certificate.der", folder / "key.sealed"
    if not (certificate.exists() and key.exists()):
        with _only_one(folder):
            if not (certificate.exists() and key.exists()):
                made_certificate, made_key = _make_pair()
                _write(key, seal_bytes(made_key, binding=BINDING))
                _write(certificate, made_certificate)
    return certificate.read_bytes(), unseal_bytes(key.read_bytes(), binding=BINDING)


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)


def _make_pair() -> tuple[bytes, bytes]:
    from cryptography import x509  # noqa: PLC0415  once in the life of an installation
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    brand = settings.BRAND["name"]["en"]
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, brand),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{brand} documents"),
        ]
    )
    others = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only")
    usage = dict.fromkeys((*others, "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.DER), private


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: certificate, key and the authorities between, each in DER."""

    certificate: bytes
    key: bytes
    chain: tuple[bytes, ...] = ()


@functools.lru_cache(maxsize=4)
def _licensed(file: str, password: str) -> Identity:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    der = serialization.Encoding.DER
    key, certificate, chain = pkcs12.load_key_and_certificates(Path(file).read_bytes(), password.encode() or None)
    if key is None or certificate is None:
        raise ImproperlyConfigured("SIGNING_CERTIFICATE_FILE needs a certificate and its key.")
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(certificate.public_bytes(der), private, tuple(link.public_bytes(der) for link in chain))


def identity() -> Identity:
    """The licensed certificate of the settings, else our own."""
    if settings.SIGNING_CERTIFICATE_FILE:
        return _licensed(settings.SIGNING_CERTIFICATE_FILE, settings.SIGNING_CERTIFICATE_PASSWORD)
    certificate, key = _own_pair()
    return Identity(certificate, key)


def _remember(certificate: bytes) -> None:
    """Keep every certificate we ever signed with: what it signed stays ours after it is renewed."""
    path = _folder() / "known" / f"{hashlib.sha256(certificate).hexdigest()}.der"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, certificate)


def _known() -> set[bytes]:
    return {path.read_bytes() for path in (_folder() / "known").glob("*.der")}


@functools.lru_cache(maxsize=4)
def _signer(who: Identity) -> Any:
    from asn1crypto import keys, x509  # noqa: PLC0415  comes with pyhanko, whose import takes 0.7 s
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    between = SimpleCertificateStore()
    between.register_multiple(x509.Certificate.load(link) for link in who.chain)
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(who.certificate),
        signing_key=keys.PrivateKeyInfo.load(who.key),
        cert_registry=between,
    )


def _room_for(who: Identity) -> int:
    """Hexadecimal digits kept free for the signature. Left to itself pyHanko signs twice to find out."""
    return 2 * (len(who.certificate) + sum(map(len, who.chain)) + SIGNATURE_ITSELF)


def _fingerprint(certificate: Any) -> str:
    return str(certificate.sha256.hex())


def sign(pdf: bytes, *, reason: str) -> SignedPdf:
    """The PDF with our signature over all of it. 10 to 20 ms; 0.7 s for the first in a process."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import signers  # noqa: PLC0415
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter  # noqa: PLC0415

    who = identity()
    signer = _signer(who)
    _remember(who.certificate)
    about = signers.PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True
    )
    target = io.BytesIO()
    signers.PdfSigner(about, signer=signer, new_field_spec=SigFieldSpec(FIELD)).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=target, bytes_reserved=_room_for(who)
    )
    return SignedPdf(target.getvalue(), _fingerprint(signer.signing_cert))


UNSIGNED = SignatureReport(signed=False, intact=False, ours=False, whole_file=False)


def examine(pdf: bytes) -> SignatureReport:
    """Read the signature of a PDF from anywhere; anything unreadable counts as not signed."""
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.general import SigningError  # noqa: PLC0415

    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return _report(signatures[0], pdf) if len(signatures) == 1 else UNSIGNED
    except (PdfError, SigningError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return UNSIGNED


def _place_is_clean(signature: Any, pdf: bytes) -> bool:
    """The signature cannot cover the place it stands in: there it must be alone, followed by zeros only."""
    from asn1crypto import cms  # noqa: PLC0415

    start, length, after, _rest = (int(number) for number in signature.byte_range)
    place = pdf[start + length : after]
    content = bytes.fromhex(place[1:-1].decode("ascii"))
    alone = cms.ContentInfo.load(content).dump()
    return place == b"<" + content.hex().upper().encode() + b">" and not content[len(alone) :].strip(b"\0")


def _report(signature: Any, pdf: bytes) -> SignatureReport:
    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    known = _known()
    trust = ValidationContext(trust_roots=[x509.Certificate.load(one) for one in known], allow_fetching=False)
    status = validate_pdf_signature(signature, trust)
    used = signature.signer_cert
    return SignatureReport(
        signed=True,
        intact=bool(status.intact and status.valid) and _place_is_clean(signature, pdf),
        ours=used is not None and used.dump() in known,
        whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        certificate_sha256=_fingerprint(used) if used is not None else "",
    )

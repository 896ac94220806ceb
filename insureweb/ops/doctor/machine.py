"""Settings, disk, keys, certificate and languages of this machine."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings

from insureweb.kernel import sealed
from insureweb.ops.doctor.findings import Finding, bad, good, warning
from insureweb.ops.words import is_compiled, word_files

SMALLEST_FREE = 1024**3
LEAST_FREE_SHARE = 0.05
CERTIFICATE_WARNING = timedelta(days=30)


def examine_settings(at: datetime) -> Finding:
    """Production settings have already refused to load when unsafe, so here it matters which ones are in force."""
    name = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if name.endswith(".prod"):
        return good("settings", "production, all safety checks passed")
    if settings.DEBUG:
        return warning("settings", "development with DEBUG on", "For visitors use insureweb.settings.prod.")
    return good("settings", f"{name.rpartition('.')[2]}: not for the public, use insureweb.settings.prod there")


def examine_disk(at: datetime) -> Finding:
    folder = next(place for place in (settings.VAR_DIR, *settings.VAR_DIR.parents) if place.exists())
    usage = shutil.disk_usage(folder)
    seen = f"{usage.free / 1024**3:.1f} GB of {usage.total / 1024**3:.0f} GB free for {folder}"
    advice = "Make room: documents, uploads and logs need it."
    if usage.free < SMALLEST_FREE:
        return bad("disk", seen, advice)
    return warning("disk", seen, advice) if usage.free < usage.total * LEAST_FREE_SHARE else good("disk", seen)


def examine_keys(at: datetime) -> Finding:
    """Seal and open a word under every key we hold."""
    advice = "Set SEALING_KEYS, SEALING_ACTIVE_KEY and BLIND_INDEX_KEY; without the old keys stored data stays shut."
    row = uuid4()
    try:
        for name in settings.SEALING_KEYS:
            sealed._cipher(name)
        opened = sealed.unseal(sealed.seal("word", place="doctor.word", row=row), place="doctor.word", row=row)
        sealed.blind_index("doctor.word", "word")
    except Exception as error:  # noqa: BLE001  any failure of a key is the same finding
        return bad("keys", f"{type(error).__name__}: {error}", advice)
    if opened != "word":
        return bad("keys", "a sealed word does not open to itself", advice)
    return good("keys", f"{len(settings.SEALING_KEYS)} sealing key(s), active {settings.SEALING_ACTIVE_KEY}")


def examine_certificate(at: datetime) -> Finding:
    name = settings.SIGNING_CERTIFICATE_FILE
    if not name:
        return warning("certificate", "our own, for integrity only", "Set SIGNING_CERTIFICATE_FILE to a licensed one.")
    password = settings.SIGNING_CERTIFICATE_PASSWORD.encode() or None
    try:
        _key, certificate, _chain = pkcs12.load_key_and_certificates(Path(name).read_bytes(), password)
    except (OSError, ValueError) as error:
        return bad("certificate", f"cannot be read: {error}", "Check SIGNING_CERTIFICATE_FILE and its password.")
    if certificate is None:
        return bad("certificate", "the file holds no certificate", "Export certificate and key into one PKCS#12 file.")
    left = certificate.not_valid_after_utc - at
    seen = f"valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
    if left <= timedelta(0):
        return bad("certificate", seen, "Renew it: documents are issued with an expired signature.")
    return warning("certificate", seen, "Renew it soon.") if left < CERTIFICATE_WARNING else good("certificate", seen)


def examine_languages(at: datetime) -> Finding:
    files = word_files(settings.LOCALE_PATHS)
    missing = [file for file in files if not is_compiled(file)]
    if missing:
        names = ", ".join(str(file.relative_to(settings.BASE_DIR)) for file in missing)
        return bad("languages", f"not compiled: {names}", "Run `uv run manage.py compile_words`.")
    if not files:
        return bad("languages", "no translations found", "The folder locale/ is missing from this installation.")
    return good("languages", f"{len(files)} translation file(s) compiled")

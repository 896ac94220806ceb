"""All examinations in order; one that breaks is a finding itself, and those that need a dead part are not tried."""

from collections.abc import Callable
from datetime import datetime

from insureweb.ops.doctor import machine, storage, work
from insureweb.ops.doctor.findings import Finding, Grade, bad

Examination = Callable[[datetime], Finding]
# part -> (examination, part it cannot do without)
EXAMINATIONS: dict[str, tuple[Examination, str]] = {
    "settings": (machine.examine_settings, ""),
    "database": (storage.examine_database, ""),
    "migrations": (storage.examine_migrations, "database"),
    "clock": (storage.examine_clock, "database"),
    "cache": (storage.examine_cache, ""),
    "broker": (work.examine_broker, ""),
    "worker": (work.examine_worker, "broker"),
    "scheduler": (work.examine_scheduler, "worker"),
    "outbox": (work.examine_outbox, "migrations"),
    "disk": (machine.examine_disk, ""),
    "keys": (machine.examine_keys, ""),
    "certificate": (machine.examine_certificate, ""),
    "languages": (machine.examine_languages, ""),
}


def examine(at: datetime) -> list[Finding]:
    """Every part's finding, in order."""
    findings: dict[str, Finding] = {}
    for part, (examination, needs) in EXAMINATIONS.items():
        if needs and findings[needs].grade is Grade.BAD:
            findings[part] = bad(part, f"not examined without the {needs}", f"Mend the {needs} first.")
            continue
        findings[part] = _one(part, examination, at)
    return list(findings.values())


def _one(part: str, examination: Examination, at: datetime) -> Finding:
    try:
        return examination(at)
    except Exception as error:  # noqa: BLE001  a broken part must not hide the others
        first_line = (str(error).splitlines() or [""])[0]
        return bad(part, f"{type(error).__name__}: {first_line}", "Read the log of the failing part; see doctor.md.")

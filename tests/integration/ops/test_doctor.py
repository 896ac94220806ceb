"""Each part is examined by what it does, and each bad finding says what to do."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import current_app
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import override_settings
from kombu import Connection

from insureweb.kernel.outbox import Delivery, DeliveryState
from insureweb.kernel.tasks import HEARTBEAT_KEY, beat_heartbeat
from insureweb.ops import probes, tasks
from insureweb.ops.doctor import Finding, Grade, examination, examine, machine, storage, work
from insureweb.ops.no_database.base import NoDatabase

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def worker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes the probe at once."""
    monkeypatch.setattr(tasks.answer_probe, "apply_async", lambda args, **_options: tasks.answer_probe(*args))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "WORKER_SECONDS", 0.1)
    monkeypatch.setattr(work, "_first_heartbeat", lambda _seconds: cache.get(HEARTBEAT_KEY))


@pytest.mark.django_db
def test_database_and_migrations_are_good() -> None:
    assert storage.examine_database(NOW).grade is Grade.GOOD
    assert "PostgreSQL" in storage.examine_database(NOW).seen
    assert storage.examine_migrations(NOW).grade is Grade.GOOD
    assert storage.examine_clock(NOW).grade is Grade.GOOD
    assert storage.examine_cache(NOW).grade is Grade.GOOD


@pytest.mark.django_db
def test_pending_migrations_are_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "pending_migrations", lambda: ["claims.0002_more", "risk.0001_initial"])
    finding = storage.examine_migrations(NOW)
    assert (finding.grade, finding.seen) == (Grade.BAD, "2 pending, first claims.0002_more")
    assert "migrate" in finding.advice


@pytest.mark.django_db
@pytest.mark.parametrize(("drift", "grade"), [(0, Grade.GOOD), (5, Grade.WARNING), (400, Grade.BAD)])
def test_a_clock_that_differs_from_the_database_is_seen(
    monkeypatch: pytest.MonkeyPatch, drift: float, grade: Grade
) -> None:
    real = storage.time.time
    monkeypatch.setattr(storage.time, "time", lambda: real() + drift)
    assert storage.examine_clock(NOW).grade is grade


def test_a_database_that_is_down_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(probes, "database_answers", down)
    finding = storage.examine_database(NOW)
    assert (finding.grade, finding.seen) == (Grade.BAD, "connection refused")


@pytest.mark.usefixtures("worker_answers")
@pytest.mark.django_db
def test_a_worker_is_alive_when_a_task_comes_back() -> None:
    assert work.examine_worker(NOW).grade is Grade.GOOD


@pytest.mark.usefixtures("impatient")
@pytest.mark.django_db
def test_a_worker_that_takes_nothing_is_bad_even_if_it_runs() -> None:
    finding = work.examine_worker(NOW)
    assert finding.grade is Grade.BAD
    assert "wait" in finding.seen
    current_app.control.purge()


@pytest.mark.usefixtures("impatient")
@pytest.mark.django_db
def test_the_scheduler_is_judged_by_its_heartbeat() -> None:
    assert work.examine_scheduler(NOW).grade is Grade.BAD
    beat_heartbeat()
    now = datetime.now(UTC)
    assert work.examine_scheduler(now).grade is Grade.GOOD
    assert work.examine_scheduler(now + timedelta(minutes=2)).grade is Grade.BAD


def test_the_broker_answers_and_never_evicts() -> None:
    assert work.examine_broker(NOW).grade is Grade.GOOD
    assert work.eviction_policy() == "noeviction"


def test_an_evicting_broker_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "eviction_policy", lambda: "allkeys-lru")
    assert "noeviction" in work.examine_broker(NOW).advice


def test_a_broker_that_is_away_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "connection_for_write", lambda **_options: Connection("redis://127.0.0.1:1/0"))
    assert work.examine_broker(NOW).grade is Grade.BAD


def delivery(state: DeliveryState, age: timedelta) -> Delivery:
    return Delivery.objects.create(
        event="some.Event", handler="some.handler", payload={}, state=state, created_at=NOW - age, due_at=NOW
    )


@pytest.mark.django_db
def test_the_outbox_is_judged_by_age_and_parked_rows() -> None:
    assert work.examine_outbox(NOW).grade is Grade.GOOD
    delivery(DeliveryState.PARKED, timedelta(days=1))
    assert work.examine_outbox(NOW).grade is Grade.WARNING
    delivery(DeliveryState.WAITING, timedelta(hours=1))
    assert work.examine_outbox(NOW).grade is Grade.BAD


def test_keys_open_what_they_seal() -> None:
    assert machine.examine_keys(NOW).grade is Grade.GOOD


@override_settings(SEALING_ACTIVE_KEY="lost")
def test_a_lost_key_is_bad() -> None:
    assert machine.examine_keys(NOW).grade is Grade.BAD


def write_certificate(path: Path, valid_until: datetime) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anlan test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(valid_until - timedelta(days=400))
        .not_valid_after(valid_until)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"anlan", key, certificate, None, NoEncryption()))
    return str(path)


@pytest.mark.parametrize(("days", "grade"), [(200, Grade.GOOD), (20, Grade.WARNING), (-1, Grade.BAD)])
def test_the_certificate_is_judged_by_the_days_left(tmp_path: Path, days: int, grade: Grade) -> None:
    name = write_certificate(tmp_path / "certificate.p12", NOW + timedelta(days=days))
    with override_settings(SIGNING_CERTIFICATE_FILE=name, SIGNING_CERTIFICATE_PASSWORD=""):
        assert machine.examine_certificate(NOW).grade is grade


def test_a_certificate_that_cannot_be_read_is_bad(tmp_path: Path) -> None:
    (tmp_path / "certificate.p12").write_text("no certificate")
    with override_settings(SIGNING_CERTIFICATE_FILE=str(tmp_path / "certificate.p12")):
        assert machine.examine_certificate(NOW).grade is Grade.BAD


def test_languages_that_are_not_compiled_are_bad(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n')
    with override_settings(LOCALE_PATHS=[tmp_path], BASE_DIR=tmp_path):
        assert machine.examine_languages(NOW).grade is Grade.BAD
        call_command("compile_words", stdout=io.StringIO())
        assert machine.examine_languages(NOW).grade is Grade.GOOD


def test_what_needs_a_dead_part_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(at: datetime) -> Finding:
        raise NoDatabase("start one")

    def never(at: datetime) -> Finding:
        pytest.fail("examined without its database")

    parts = {"database": (dead, ""), "migrations": (never, "database"), "outbox": (never, "migrations")}
    monkeypatch.setattr(examination, "EXAMINATIONS", parts)
    findings = examine(NOW)
    assert [finding.grade for finding in findings] == [Grade.BAD] * 3
    assert findings[0].seen == "NoDatabase: start one"
    assert findings[1].advice == "Mend the database first."


@pytest.mark.parametrize("grade", list(Grade))
def test_the_command_prints_a_line_for_each_part_and_exits_by_health(
    monkeypatch: pytest.MonkeyPatch, grade: Grade
) -> None:
    parts = {"disk": (lambda _at: Finding("disk", grade, "seen", "do this"), "")}
    monkeypatch.setattr(examination, "EXAMINATIONS", parts)
    lines, report = io.StringIO(), io.StringIO()
    codes = []
    for output, options in ((lines, {}), (report, {"json": True})):
        try:
            call_command("doctor", stdout=output, **options)
            codes.append(0)
        except SystemExit as stop:
            codes.append(int(stop.code or 0))
    assert codes == [1, 1] if grade is Grade.BAD else codes == [0, 0]
    assert "disk" in lines.getvalue()
    assert "-> do this" in lines.getvalue()
    assert json.loads(report.getvalue())["findings"][0]["grade"] == grade

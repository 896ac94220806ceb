"""Database, migrations, clock and cache."""

import time
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection
from redis.exceptions import RedisError

from insureweb.ops import probes
from insureweb.ops.doctor.findings import Finding, bad, good, warning

OLDEST_POSTGRESQL = 15
CLOCK_WARNING_SECONDS = 2.0
# Payment notifications are refused beyond five minutes, so a clock may not drift anywhere near that.
CLOCK_BAD_SECONDS = 60.0


def examine_database(at: datetime) -> Finding:
    started = time.monotonic()
    try:
        probes.database_answers()
    except OperationalError as error:
        said = (str(error).strip().splitlines() or ["no answer"])[0]
        return bad("database", said, "Start it, check DATABASE_URL, or run `uv run manage.py demo`.")
    milliseconds = (time.monotonic() - started) * 1000
    major = connection.cursor().connection.info.server_version // 10_000
    seen = f"PostgreSQL {major} answers in {milliseconds:.1f} ms"
    if major < OLDEST_POSTGRESQL:
        return bad("database", seen, f"Upgrade to PostgreSQL {OLDEST_POSTGRESQL} or newer.")
    return good("database", seen)


def examine_migrations(at: datetime) -> Finding:
    pending = probes.pending_migrations()
    if pending:
        return bad("migrations", f"{len(pending)} pending, first {pending[0]}", "Run `uv run manage.py migrate`.")
    return good("migrations", "none pending")


def examine_clock(at: datetime) -> Finding:
    """Compare with the database's clock, taking the middle of the question's round trip as its instant."""
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        there = cursor.fetchone()[0]
        here = (before + time.time()) / 2
    seen = f"{abs(here - there):.2f} s from the database's clock"
    advice = "Let both machines follow a time server (systemd-timesyncd, chrony)."
    if abs(here - there) > CLOCK_BAD_SECONDS:
        return bad("clock", seen, advice)
    if abs(here - there) > CLOCK_WARNING_SECONDS:
        return warning("clock", seen, advice)
    return good("clock", seen)


def examine_cache(at: datetime) -> Finding:
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return warning("cache", "in this process's memory only", "Set REDIS_URL, or run `uv run manage.py demo`.")
    started = time.monotonic()
    try:
        probes.cache_answers()
    except (RedisError, probes.NotReady) as error:
        return bad("cache", str(error), "Start Valkey or Redis and check REDIS_URL.")
    return good("cache", f"answers in {(time.monotonic() - started) * 1000:.1f} ms")

"""Broker, worker, scheduler and outbox, judged by work that gets done and not by processes that exist."""

import time
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerDown
from redis.exceptions import RedisError

from insureweb.kernel import outbox
from insureweb.kernel.tasks import HEARTBEAT_KEY
from insureweb.ops import tasks
from insureweb.ops.doctor.findings import Finding, bad, good, warning

BROKER_SECONDS = 3
WORKER_SECONDS = 10.0
HEARTBEAT_LATE = timedelta(seconds=60)
OUTBOX_LATE = timedelta(minutes=5)
LONG_QUEUE = 1_000
START_WORKER = "Start or restart it: `celery -A insureweb.celery worker`."
START_SCHEDULER = "Start or restart it: `celery -A insureweb.celery beat`."


def waiting_tasks() -> int | None:
    """Length of the queue, or None on a broker that cannot tell that way."""
    with current_app.connection_for_read() as connection:
        client: Any = getattr(connection.default_channel, "client", None)
        return int(client.llen(current_app.conf.task_default_queue)) if hasattr(client, "llen") else None


def examine_broker(at: datetime) -> Finding:
    if current_app.conf.broker_url.startswith("memory:"):
        return bad("broker", "none set", "Set REDIS_URL or CELERY_BROKER_URL, or run `uv run manage.py demo`.")
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
        queue = waiting_tasks()
    except (OSError, BrokerDown, RedisError) as error:
        return bad("broker", f"does not answer: {error}", "Start it and check REDIS_URL or CELERY_BROKER_URL.")
    policy = eviction_policy()
    if policy not in {None, "noeviction"}:
        return bad("broker", f"may evict tasks ({policy})", "Set maxmemory-policy to noeviction on the broker.")
    if queue is None:
        return good("broker", "answers")
    if queue > LONG_QUEUE:
        return warning("broker", f"{queue} tasks wait", "Start more workers, or look for a task that hangs.")
    return good("broker", f"answers, {queue} tasks wait")


def eviction_policy() -> str | None:
    """What a Redis or Valkey broker does when full; None when it is another kind or will not say."""
    with current_app.connection_for_read() as connection:
        client: Any = getattr(connection.default_channel, "client", None)
        if not hasattr(client, "config_get"):
            return None
        try:
            known: dict[str, str] = client.config_get("maxmemory-policy")
        except RedisError:
            return None
        return known.get("maxmemory-policy")


def examine_worker(at: datetime) -> Finding:
    """Send a task and wait for its result: a worker that lost its queue still runs, but nothing comes back."""
    token = token_hex(8)
    started = time.monotonic()
    tasks.answer_probe.apply_async((token,), expires=WORKER_SECONDS, retry=False)
    while time.monotonic() - started < WORKER_SECONDS:
        if cache.get(tasks.PROBE_KEY + token):
            return good("worker", f"a task came back after {(time.monotonic() - started) * 1000:.0f} ms")
        time.sleep(0.02)
    return bad("worker", f"no task came back in {WORKER_SECONDS:.0f} s; {waiting_tasks()} wait", START_WORKER)


def examine_scheduler(at: datetime) -> Finding:
    """The heartbeat is sent by the scheduler and written by the worker, which was just found alive."""
    every = settings.CELERY_BEAT_SCHEDULE["worker-heartbeat"]["schedule"]
    last = _first_heartbeat(every + 5.0)
    if last is None:
        return bad("scheduler", "no heartbeat in the last hour", START_SCHEDULER)
    age = max(timedelta(0), at - datetime.fromtimestamp(last, tz=at.tzinfo))
    seen = f"last heartbeat {age.total_seconds():.0f} s ago, expected every {every:.0f} s"
    return good("scheduler", seen) if age <= HEARTBEAT_LATE else bad("scheduler", seen, START_SCHEDULER)


def _first_heartbeat(seconds: float) -> float | None:
    """The last heartbeat; after a fresh start the first one may take a moment."""
    started = time.monotonic()
    while (last := cache.get(HEARTBEAT_KEY)) is None and time.monotonic() - started < seconds:
        time.sleep(0.2)
    return last


def examine_outbox(at: datetime) -> Finding:
    age, parked = outbox.oldest_age(at), outbox.parked_count()
    seen = f"oldest waits {age.total_seconds():.0f} s, {parked} parked"
    if age > OUTBOX_LATE:
        return bad("outbox", seen, "Deliveries stand still: look after worker and scheduler.")
    if parked:
        return warning("outbox", seen, "Read and send them again in the back office under Outbox deliveries.")
    return good("outbox", seen)

"""Settings for a developer's machine and the demo. Addresses: the environment, else the running demo's."""

import os
from datetime import timedelta
from pathlib import Path

import environ

from insureweb.ops.servers.addresses import demo_environment

_ROOT = Path(__file__).resolve().parent.parent.parent
_DEMO_DIR = Path(os.environ.get("DEMO_DIR") or Path(os.environ.get("VAR_DIR") or _ROOT / "var") / "demo")
# Where the addresses come from decides whether `demo` starts servers of its own.
_GIVEN = {name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
# Read beside the environment and not put into it: what the demo starts must not inherit an earlier demo's keys.
environ.Env.ENVIRON = {**demo_environment(_DEMO_DIR), **os.environ}

from .base import *  # noqa: E402  the addresses above must be in the environment first
from .base import broker, caches, database, env, sealing_keys  # noqa: E402

DEMO_DIR, ADDRESSES_GIVEN = _DEMO_DIR, _GIVEN
DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="development-only-" + "Qm7xT2vK" * 5)
SEALING_KEYS = sealing_keys(env("SEALING_KEYS", default="dev:ZGV2LXNlYWxpbmcta2V5LTAwMDAwMDAwMDAwMDAwMDA="))
SEALING_ACTIVE_KEY = env("SEALING_ACTIVE_KEY", default="") or next(iter(SEALING_KEYS))
BLIND_INDEX_KEY = env("BLIND_INDEX_KEY", default="ZGV2LWJsaW5kLWluZGV4LWtleS0wMDAwMDAwMDAwMDA=")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DATABASE_URL = env("DATABASE_URL", default="")
REDIS_URL = env("REDIS_URL", default="")
DATABASES = {
    "default": database(DATABASE_URL) if DATABASE_URL else {"ENGINE": "insureweb.ops.no_database", "NAME": "none"}
}
CACHES = caches(REDIS_URL) if REDIS_URL else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=broker(REDIS_URL) if REDIS_URL else "memory://")

EMAIL_BACKEND = env("EMAIL_BACKEND", default="customers.mail.RecordedEmailBackend")
# A sale can be made in the past, so that its policy is in force for a claim today; `demo --smoke` does.
CLOCK_OFFSET = timedelta(days=env.int("CLOCK_OFFSET_DAYS", default=0))
DEVELOPMENT_PAGES = True
SANDBOX_GATEWAY = True
SANDBOX_IDENTITY = True
PAYMENT_GATEWAYS = ["sandbox"]
PRIVATE_FILES_DIR = Path(env("PRIVATE_FILES_DIR", default=str(DEMO_DIR / "private")))

"""Settings for a developer's machine and the demo. Addresses: the environment, else the running demo's."""

import os
from pathlib import Path

from insureweb.ops.servers.addresses import demo_environment

_ROOT = Path(__file__).resolve().parent.parent.parent
DEMO_DIR = Path(os.environ.get("DEMO_DIR") or Path(os.environ.get("VAR_DIR") or _ROOT / "var") / "demo")
# Where the addresses come from decides whether `demo` starts servers of its own.
ADDRESSES_GIVEN = {name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
for _name, _value in demo_environment(DEMO_DIR).items():
    os.environ.setdefault(_name, _value)

from .base import *  # noqa: E402  the addresses above must be in the environment first
from .base import broker, caches, database, env, sealing_keys  # noqa: E402

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
DEVELOPMENT_PAGES = True
SANDBOX_GATEWAY = True
PAYMENT_GATEWAYS = ["sandbox"]
PRIVATE_FILES_DIR = Path(env("PRIVATE_FILES_DIR", default=str(DEMO_DIR / "private")))

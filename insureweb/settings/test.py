"""The test suite's settings: real PostgreSQL and Valkey at addresses where tests/conftest.py starts them."""

import os

from insureweb.ops.servers.addresses import servers_of_test_run

from .base import *
from .base import VAR_DIR, broker, caches, database, env

_servers = servers_of_test_run()
# The suite connects as a superuser: emptying guarded tables between tests needs session_replication_role.
DATABASE_URL = env("DATABASE_URL", default=_servers.postgres.url(superuser=True))
REDIS_URL = env("REDIS_URL", default=_servers.valkey.url)
EMBEDDED_DATABASE = "DATABASE_URL" not in os.environ
EMBEDDED_VALKEY = "REDIS_URL" not in os.environ

DATABASES = {"default": database(DATABASE_URL)}
# Each test process has a cache of its own: gw0 -> database 2, gw1 -> 3; alone -> 1.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
CACHES = caches(REDIS_URL, number=int(_worker.removeprefix("gw")) + 2 if _worker else 1, prefix=_worker)
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=broker(REDIS_URL))

DEBUG = False
SECRET_KEY = "test-" + "k3Jx" * 12
SEALING_KEYS = {"test": "dGVzdC1zZWFsaW5nLWtleS0wMDAwMDAwMDAwMDAwMDA="}
SEALING_ACTIVE_KEY = "test"
BLIND_INDEX_KEY = "dGVzdC1ibGluZC1pbmRleC1rZXktMDAwMDAwMDAwMDA="
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]
PUBLIC_URL = "http://testserver"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "insureweb.documents.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PRIVATE_FILES_DIR = _servers.folder / "private" / (_worker or "alone")
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

DEVELOPMENT_PAGES = True
SANDBOX_GATEWAY = True
SANDBOX_IDENTITY = True
SANDBOX_GATEWAY_URL = PUBLIC_URL
SANDBOX_GATEWAY_TRANSPORT = "wsgi"

# pytest collects the log itself; a handler made while it starts would write to a stream it closes afterwards.
LOGGING = {"version": 1, "disable_existing_loggers": False}

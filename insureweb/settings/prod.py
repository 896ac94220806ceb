"""Production. Everything comes from the environment (see .env.example), and anything unsafe stops the start."""

from insureweb.ops.logs import logging_settings
from insureweb.settings.safety import UnsafeSettings, problems

from .base import *
from .base import broker, caches, database, env, sealing_keys

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SEALING_KEYS = sealing_keys(env("SEALING_KEYS", default=""))
SEALING_ACTIVE_KEY = env("SEALING_ACTIVE_KEY", default="") or next(iter(SEALING_KEYS), "")
BLIND_INDEX_KEY = env("BLIND_INDEX_KEY", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default="")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[]) or [PUBLIC_URL]

DATABASE_URL = env("DATABASE_URL", default="")
REDIS_URL = env("REDIS_URL", default="")

DEVELOPMENT_PAGES = env.bool("DEVELOPMENT_PAGES", default=False)
SANDBOX_GATEWAY = env.bool("SANDBOX_GATEWAY", default=False)
SANDBOX_IDENTITY = env.bool("SANDBOX_IDENTITY", default=False)
PAYMENT_GATEWAYS = env.list("PAYMENT_GATEWAYS", default=[])

EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="")
SERVER_EMAIL = env("SERVER_EMAIL", default="") or DEFAULT_FROM_EMAIL

if _problems := problems(globals()):
    raise UnsafeSettings(_problems)

DATABASES = {"default": database(DATABASE_URL)}
CACHES = caches(REDIS_URL)
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="") or broker(REDIS_URL)

# One proxy in front terminates TLS unless said otherwise; 0 means visitors reach gunicorn directly.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = True
# Probes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True

LOGGING = logging_settings(style=env("LOG_STYLE", default="json"), level=env("LOG_LEVEL", default="INFO"))

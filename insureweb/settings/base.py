"""Settings shared by every environment. What differs stands in dev.py, test.py and prod.py."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import environ
from csp.constants import NONE, SELF
from django.templatetags.static import static

from insureweb.ops.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(environ.Env()("VAR_DIR", default=str(BASE_DIR / "var")))
env = environ.Env()
# The demo's data, and which server addresses the caller named himself; dev.py fills in the rest.
DEMO_DIR = VAR_DIR / "demo"
ADDRESSES_GIVEN: set[str] = set()

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_celery_beat",
    "django_structlog",
    "csp",
    "pgtrigger",
    "insureweb.kernel",
    "insureweb.audit",
    "insureweb.finance",
    "insureweb.documents",
    "customers",
    "products",
    "policies",
    "claims",
    "insureweb.helpdesk",
    "risk",
    "insureweb.api",
    "insureweb.pages",
    "insureweb.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "products.public_pages.PublicPageMiddleware",
    "insureweb.kernel.middleware.RequestContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "insureweb.pages.refusals.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "customers.middleware.StaffSecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "insureweb.kernel.middleware.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "insureweb.urls"
WSGI_APPLICATION = "insureweb.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "customers.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "insureweb.kernel.templatetags.house"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "insureweb.pages.context.brand",
            ],
        },
    },
]
COTTON_DIR = "_components"
# A component sees its attributes and the context processors, not whatever the page happens to have.
COTTON_ISOLATE_BY_DEFAULT = True

# --- Data ------------------------------------------------------------------------------------------------------------


def database(url: str) -> dict:
    """Django's database settings for one URL, with the timeouts every environment wants."""
    config = environ.Env.db_url_config(url) | {"ENGINE": "insureweb.kernel.postgres"}
    options = config.setdefault("OPTIONS", {})
    if not config.get("HOST") and options.get("host"):
        config["HOST"] = options.pop("host")
    # The house repeats the same statements all day, and planning its joins costs more than running them. A pooler that
    # changes connections between transactions (PgBouncer) cannot keep prepared statements: 0 turns them off.
    if prepare_after := env.int("DATABASE_PREPARE_AFTER", default=3):
        options |= {"server_side_binding": True, "prepare_threshold": prepare_after}
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    config["CONN_HEALTH_CHECKS"] = True
    config["DISABLE_SERVER_SIDE_CURSORS"] = False
    return config


def caches(url: str, *, number: int = 1, prefix: str = "") -> dict:
    """Django's cache settings for one server; database 0 of it belongs to the task queue."""
    parts = urlsplit(url)
    options = {**dict(parse_qsl(parts.query)), "db": str(number)}
    path = parts.path if parts.scheme == "unix" else ""
    location = f"{parts.scheme}://{parts.netloc}{path}?{urlencode(options)}"
    return {
        "default": {
            "BACKEND": "insureweb.kernel.shared_cache.SharedCache",
            "LOCATION": location,
            "KEY_PREFIX": prefix,
        }
    }


def broker(url: str) -> str:
    """Celery's spelling of a server address: it wants `redis+socket://` for a Unix socket."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = query.removeprefix("db=") if query.startswith("db=") else "0"
    return f"redis+socket://{path}?virtual_host={number}"


def sealing_keys(text: str) -> dict[str, str]:
    """The keys written as `name:base64,name:base64`."""
    return dict(pair.strip().split(":", 1) for pair in text.split(",") if ":" in pair)


# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# What the link to a language says and reads out, in that language itself; never translated.
LANGUAGE_SWITCH = {"zh-hans": ("中文", "切换到中文"), "en": ("EN", "Switch to English")}
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Static files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "insureweb.documents.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PRIVATE_FILES_DIR = Path(env("PRIVATE_FILES_DIR", default=str(VAR_DIR / "private")))

# --- Accounts --------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["customers.accounts.HouseBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my"
SESSION_COOKIE_HTTPONLY = True
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# Nobody has a user name or a password: an address, a code sent to it, and for staff a second factor.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "customers.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# Six digits: the phone shows its number keys, and the counters leave no room for guessing.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 1800
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "customers.forms.AddressForm",
    "request_login_code": "customers.forms.RequestCodeForm",
    "confirm_login_code": "customers.forms.CodeForm",
    "confirm_email_verification_code": "customers.forms.NewAddressCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# One step before and after: a code read as it changes still counts (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "customers.second_factor.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "customers.forms.SecondFactorForm", "reauthenticate": "customers.forms.ProveFactorForm"}
USERSESSIONS_TRACK_ACTIVITY = False
# How many reverse proxies of ours stand in front; without it the limits would count the proxy's own address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Wrong codes for one address within an hour, kept in PostgreSQL; allauth's own limits live in the cache.
LOGIN_FAILURES_AN_HOUR = 10
SMS_BACKEND = env("SMS_BACKEND", default="customers.mail.RecordedSms")

# --- Content security ------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "manifest-src": [SELF],
    }
}
# The back-office theme evaluates expressions in the page and sets styles; public pages never may.
BACK_OFFICE_PATH = "/staff/"
BACK_OFFICE_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": ["self"],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "insureweb.pages.views.errors.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- Background work -------------------------------------------------------------------------------------------------

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# Longer than any task may run; a shorter one makes the broker deliver a running task again, for ever.
VISIBILITY_TIMEOUT_SECONDS = 3600
# A broker that is away must not hold up a customer: the schedule delivers what could not be announced.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
    "socket_connect_timeout": 1,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT_SECONDS}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT_SECONDS
CELERY_BEAT_SCHEDULE: dict = {
    "relay-outbox": {"task": "insureweb.kernel.tasks.relay_outbox", "schedule": 5.0},
    "worker-heartbeat": {"task": "insureweb.kernel.tasks.beat_heartbeat", "schedule": 15.0},
    "settle-unknown-payments": {"task": "insureweb.finance.tasks.settle_unknown", "schedule": 60.0},
    "advance-claims": {"task": "claims.tasks.advance_waiting_claims", "schedule": 60.0},
    "close-sales-that-are-over": {"task": "policies.tasks.close_what_is_over", "schedule": 60.0},
    "declarations-due": {"task": "policies.tasks.remind_of_declarations", "schedule": 3600.0},
    "renewal-notices": {"task": "policies.tasks.send_renewal_notices", "schedule": 3600.0},
    "forget-nonces": {"task": "insureweb.api.tasks.forget_nonces", "schedule": 600.0},
    "close-quiet-conversations": {
        "task": "insureweb.helpdesk.tasks.close_quiet_conversations",
        "schedule": 3600.0,
    },
    "end-policies": {"task": "policies.tasks.end_policies", "schedule": 600.0},
    "erase-expired-quotes": {"task": "policies.tasks.erase_expired_quotes", "schedule": 24 * 3600.0},
}

# --- Brand -----------------------------------------------------------------------------------------------------------

BRAND = {
    "name": {"zh-hans": env("BRAND_NAME_ZH", default="安澜保险"), "en": env("BRAND_NAME_EN", default="Anlan")},
    "phone": env("BRAND_PHONE", default="400-000-0199"),
}
# How far the business clock stands from the real one; only development can move it.
CLOCK_OFFSET = timedelta(0)
# Public address of this installation, used in QR codes, mails and gateway call-backs.
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000")

# --- Logs ------------------------------------------------------------------------------------------------------------

LOGGING = logging_settings(style=env("LOG_STYLE", default="plain"), level=env("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Reading the user would open the session of every anonymous visitor; the request id leads to the audit trail instead.
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10

# --- Document signing ------------------------------------------------------------------------------------------------

# PKCS#12 file with the certificate and key that sign policies and letters; empty: one of our own is made in VAR_DIR.
SIGNING_CERTIFICATE_FILE = env("SIGNING_CERTIFICATE_FILE", default="")
SIGNING_CERTIFICATE_PASSWORD = env("SIGNING_CERTIFICATE_PASSWORD", default="")

# --- Back office -----------------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "customers.back_office.frame.site_title",
    "SITE_HEADER": "customers.back_office.frame.brand_name",
    "SITE_SYMBOL": "waves",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icons/mark.svg")},
    ],
    "SITE_URL": "/",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "DASHBOARD_CALLBACK": "customers.back_office.frame.dashboard",
    "GLOBAL_CALLBACK": "customers.back_office.frame.frame",
    "STYLES": [lambda request: static("css/back_office.css"), lambda request: static("css/staff_frame.css")],
    "SIDEBAR": {"show_search": False, "navigation": "customers.back_office.frame.sidebar"},
    # The accent of static/css/tokens.css (harbour water) and its greys, in the theme's steps.
    "COLORS": {
        "primary": {
            "50": "#f0f7f8", "100": "#e2eef0", "200": "#c3dde2", "300": "#9cc0c8", "400": "#83cbd8", "500": "#4fa3b3",
            "600": "#0b4f5f", "700": "#083d4a", "800": "#0a3c49", "900": "#0a313c", "950": "#06242b",
        },
        "base": {
            "50": "#f6f9f9", "100": "#f1f5f5", "200": "#d5dfe0", "300": "#b3c3c7", "400": "#93a6ab", "500": "#5b6d73",
            "600": "#43565c", "700": "#2c424a", "800": "#1d3037", "900": "#0c181c", "950": "#081114",
        },
    },
}  # fmt: skip

# --- Switches --------------------------------------------------------------------------------------------------------

# A page that shows sent mail, SMS and current staff codes. Never in production.
DEVELOPMENT_PAGES = False
SANDBOX_GATEWAY = False
# Believes every resident ID number whose check digit fits, where no real provider confirms identities.
SANDBOX_IDENTITY = False
SANDBOX_GATEWAY_URL = PUBLIC_URL
PAYMENT_GATEWAYS = ["sandbox"]

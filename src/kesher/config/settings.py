"""Django's settings, made from the environment."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from kesher.config.environment import DEMO_OWNER, environment
from kesher.config.postgres import running_url

_env = environment()

DATA_DIR: Path = _env.data_dir
DATABASE_URL: str = _env.database_url or running_url(_env.data_dir / "postgres") or "postgresql:///kesher_not_started"
LAKE_URL = _env.lake_url
HOT_DAYS = _env.hot_days
BASE_URL = _env.base_url
SMTP_URL = _env.smtp_url
MAILBOX_PORT = _env.mailbox_port
ALLOW_PRIVATE_ADDRESSES = _env.allow_private_addresses
DEMO = _env.demo
DEMO_SIGN_IN = (DEMO_OWNER, _env.demo_password) if _env.demo_password else None

SECRET_KEY = _env.secret_key
DEBUG = _env.debug
ALLOWED_HOSTS = list(_env.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "procrastinate.contrib.django",
    "kesher.kernel",
    "kesher.accounts",
    "kesher.profiles",
    "kesher.consent",
    "kesher.events",
    "kesher.segments",
    "kesher.content",
    "kesher.messaging",
    "kesher.journeys",
    "kesher.api",
    "kesher.web",
]

MIDDLEWARE = [
    "kesher.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kesher.config.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def django_database(url: str, *, pool: int) -> dict[str, Any]:
    """Django's settings for a PostgreSQL URL. The web process answers each request in a thread of its own, so that a
    connection kept by a thread would be lost with it: there connections come from a pool of at most `pool`."""
    pooled = {"pool": {"min_size": 1, "max_size": pool, "timeout": 10}} if pool else {}
    parts: dict[str, Any] = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "application_name": "kesher web", "options": "-c jit=off", **pooled},
    }


DATABASES = {"default": django_database(DATABASE_URL, pool=_env.database_pool)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kesher.api.signup.InvitedOnly"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
MFA_TOTP_ISSUER = "Kesher"
HEADLESS_FRONTEND_URLS: dict[str, str] = {}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("he", "עברית")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(tempfile.gettempdir()) / "kesher-static"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
METRICS_TOKEN = _env.metrics_token

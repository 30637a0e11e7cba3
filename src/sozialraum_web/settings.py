"""All settings of the site in one file; everything a town may change comes from the environment.

SOZIALRAUM_DATA      data folder: database, imported releases, key (default: the user's data folder)
SOZIALRAUM_DATABASE  postgres://user:password@host:port/name (default: SQLite in the data folder)
SOZIALRAUM_HOSTS     host names, separated by commas (default: this machine only)
SOZIALRAUM_HTTPS     1 or 0 (default: 1 as soon as SOZIALRAUM_HOSTS is set)
SOZIALRAUM_PROXY     1 behind a reverse proxy that sets X-Forwarded-Proto and adds to X-Forwarded-For
SOZIALRAUM_SMTP      smtp://user:password@host:port, also smtps:// and smtp+plain:// (default: mails are written to the data folder)
SOZIALRAUM_SENDER    sender of mails
SOZIALRAUM_OIDC      https://client:secret@host/path of an OpenID Connect provider for single sign-on; SOZIALRAUM_OIDC_NAME names it
SOZIALRAUM_DEBUG     1 shows tracebacks; never on a server others can reach
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from platformdirs import user_data_path

SOURCE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SOZIALRAUM_DATA") or user_data_path("sozialraum")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    text = os.environ.get(name, "")
    return default if text == "" else text not in ("0", "nein", "false")


def _secret_key(file: Path) -> str:
    """Read the key of this installation, or make one that only its owner can read."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        key = secrets.token_urlsafe(64)
        handle.write(key)
    return key


def _database(url: str, folder: Path) -> dict[str, Any]:
    """Django's database entry for a PostgreSQL address; SQLite with write-ahead log without one."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "sozialraum.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("SOZIALRAUM_DATABASE must begin with postgres://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _single_sign_on(text: str) -> dict[str, Any]:
    """The provider named as `https://client:secret@host/path`; its name comes from SOZIALRAUM_OIDC_NAME."""
    if not text:
        return {}
    parts = urlsplit(text)
    server = f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    app = {
        "provider_id": "haus",
        "name": os.environ.get("SOZIALRAUM_OIDC_NAME", "Anmeldung der Verwaltung"),
        "client_id": unquote(parts.username or ""),
        "secret": unquote(parts.password or ""),
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "EMAIL_AUTHENTICATION": True}}


def _origins(text: str) -> list[str]:
    """Where the provider of single sign-on is, without client and secret."""
    parts = urlsplit(text)
    return [f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"] if text else []


SECRET_KEY = _secret_key(DATA / "schluessel.txt")
DEBUG = _flag("SOZIALRAUM_DEBUG")

HOSTS = [host.strip() for host in os.environ.get("SOZIALRAUM_HOSTS", "").split(",") if host.strip()]
HTTPS = _flag("SOZIALRAUM_HTTPS", default=bool(HOSTS))
ALLOWED_HOSTS = [*HOSTS, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "sozialraum_web.accounts",
    "sozialraum_web.monitoring",
    "sozialraum_web.records",
    "sozialraum_web.atlas",
    "sozialraum_web.exchange",
    "sozialraum_web.organisations",
    "sozialraum_web.planning",
    "sozialraum_web.bodies",
    "sozialraum_web.reports",
    "sozialraum_web.portal",
    "sozialraum_ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *(
        ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
        if os.environ.get("SOZIALRAUM_OIDC")
        else []
    ),
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sozialraum_web.portal.language.LanguageMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sozialraum_web.portal.middleware.PermissionsPolicyMiddleware",
    "sozialraum_web.portal.second_factor.SecondFactorMiddleware",
    "sozialraum_web.portal.preview.PreviewMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sozialraum_web.urls"
WSGI_APPLICATION = "sozialraum_web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database(os.environ.get("SOZIALRAUM_DATABASE", ""), DATA)}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"},
    # rendered pages of public releases: they never change, so only memory limits how many are kept
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sozialraum_web.accounts.context.account",
                "sozialraum_web.portal.language.languages",
            ],
        },
    }
]

# Language: German in the source; English below /en/ (no cookie, no guess from the browser)
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# Static files: hashed names, compressed once, served by the application itself
STATIC_URL = "/statisch/"
STATIC_ROOT = DATA / "statisch"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sozialraum_web.portal.statics.HashedModulesStorage"},
}
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

# Accounts: by invitation only
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sozialraum_web.accounts.adapter.InvitationAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[sozialraum] "
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Single sign-on: people who were invited log in with the account of their house; nobody gets an account by logging in
SOCIALACCOUNT_ADAPTER = "sozialraum_web.accounts.single_sign_on.HouseAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = _single_sign_on(os.environ.get("SOZIALRAUM_OIDC", ""))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "sozialraum"

# Lock-out after failed log-ins: one record per attempt, dropped on success and after the cool-off
# behind a web server every request has its address; the real one is the last it noted
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("SOZIALRAUM_PROXY") else 0
AXES_CLIENT_IP_CALLABLE = "sozialraum_web.accounts.client.address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"

# Headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # browsers also look at where the button for single sign-on leads to
        "form-action": [SELF, *_origins(os.environ.get("SOZIALRAUM_OIDC", ""))],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("SOZIALRAUM_PROXY") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "sozialraum_web.portal.errors.csrf_failure"

# Mail
_smtp = urlsplit(os.environ.get("SOZIALRAUM_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _smtp.hostname else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "post"
EMAIL_HOST = _smtp.hostname or ""
EMAIL_PORT = _smtp.port or 587
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
# smtp:// asks the server for encryption after the greeting, smtps:// from the first byte, smtp+plain:// never (a server on the same machine)
EMAIL_USE_TLS = _smtp.scheme == "smtp"
EMAIL_USE_SSL = _smtp.scheme == "smtps"
DEFAULT_FROM_EMAIL = os.environ.get("SOZIALRAUM_SENDER", "sozialraum@localhost")

# Log: what went wrong and where in the code; no address, no query, no person
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"impersonal": {"()": "sozialraum_web.portal.middleware.ImpersonalFilter"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["impersonal"], "formatter": "plain"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}

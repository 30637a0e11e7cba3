"""All settings of the Datenwerkstatt: one folder, one machine, no database.

SOZIALRAUM_FOLDER  the municipality folder
SOZIALRAUM_DOOR    the private folder with the key of the cookies and the tokens of the door
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from sozialraum_inside import door

FOLDER = Path(os.environ["SOZIALRAUM_FOLDER"]).resolve()
DOOR = Path(os.environ["SOZIALRAUM_DOOR"]).resolve()

SECRET_KEY = door.secret_key(DOOR)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "sozialraum_inside",
    "sozialraum_ui",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sozialraum_inside.middleware.DoorMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sozialraum_inside.middleware.PeopleMiddleware",
    "sozialraum_inside.middleware.FindingsMiddleware",
]
ROOT_URLCONF = "sozialraum_inside.urls"
WSGI_APPLICATION = "sozialraum_inside.wsgi.application"
DATABASES: dict[str, dict[str, str]] = {}

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "sozialraum_inside.frame.frame",
            ],
        },
    }
]

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# Static files come straight from the packages: one person on one machine needs no copies.
STATIC_URL = "/statisch/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MIMETYPES = {".mjs": "text/javascript"}

# Other users of a terminal server share the loopback address, and a browser sends cookies to every port of it: they are named
# apart from the site's and from those of another municipality that is open at the same time, and bound to this door.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = f"werkstatt_{DOOR.name[:16]}"
CSRF_COOKIE_NAME = f"werkstatt_csrf_{DOOR.name[:16]}"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "ERROR"},
}

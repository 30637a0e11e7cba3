"""The look is tested without collected static files and without the rest of the site."""

import pytest
from django.test import override_settings

PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]


@pytest.fixture(scope="module", autouse=True)
def plain_static_files():
    with override_settings(STORAGES=PLAIN, ROOT_URLCONF="tests.ui.urls", TEMPLATES=TEMPLATES):
        yield

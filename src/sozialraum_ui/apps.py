"""Django's name for this package."""

from django.apps import AppConfig


class SozialraumUiConfig(AppConfig):
    """Templates, template tags and static files; no models."""

    name = "sozialraum_ui"
    verbose_name = "Gestaltung"

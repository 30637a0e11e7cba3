"""Django's entry for this app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Portal."""

    name = "sozialraum_web.portal"
    label = "portal"
    verbose_name = "Portal"

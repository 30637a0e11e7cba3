"""Django's entry for this app."""

from django.apps import AppConfig
from django.utils import translation

from sozialraum import words


class PortalConfig(AppConfig):
    """Portal."""

    name = "sozialraum_web.portal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Let the library speak the language of the page."""
        words.speak(translation.gettext, lambda: translation.get_language() or "de")

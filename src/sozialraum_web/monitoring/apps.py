"""Django's entry for this app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Freigaben."""

    name = "sozialraum_web.monitoring"
    label = "monitoring"
    verbose_name = "Freigaben"

"""Django's entry for this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports."""

    name = "sozialraum_web.reports"
    label = "reports"
    verbose_name = "Berichte"

"""Django's entry for this app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Planung."""

    name = "sozialraum_web.planning"
    label = "planning"
    verbose_name = "Planung"

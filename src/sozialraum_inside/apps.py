"""Django's name for this package."""

from django.apps import AppConfig


class SozialraumInsideConfig(AppConfig):
    """Views, templates and static files of the Datenwerkstatt; no models."""

    name = "sozialraum_inside"
    verbose_name = "Datenwerkstatt"

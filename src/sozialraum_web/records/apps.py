"""Django's entry for this app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Datensätze und ihr Verlauf."""

    name = "sozialraum_web.records"
    label = "records"
    verbose_name = "Datensätze und ihr Verlauf"

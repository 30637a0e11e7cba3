"""Django's entry for this app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Akteure und Angebote."""

    name = "sozialraum_web.organisations"
    label = "organisations"
    verbose_name = "Akteure und Angebote"

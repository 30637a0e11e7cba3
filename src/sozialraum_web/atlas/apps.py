"""Django's entry for this app."""

from django.apps import AppConfig


class AtlasConfig(AppConfig):
    """Atlas."""

    name = "sozialraum_web.atlas"
    label = "atlas"
    verbose_name = "Atlas"

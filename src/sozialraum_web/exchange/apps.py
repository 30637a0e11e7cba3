"""Django's entry for this app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Austausch."""

    name = "sozialraum_web.exchange"
    label = "exchange"
    verbose_name = "Austausch"

"""Django's entry for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Konten und Kommunen."""

    name = "sozialraum_web.accounts"
    label = "accounts"
    verbose_name = "Konten und Kommunen"

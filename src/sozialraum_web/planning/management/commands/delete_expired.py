"""Delete personal data and removed records past their date; to be run every night (Löschlauf)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sozialraum_web.planning.retention import delete_expired


class Command(BaseCommand):
    """`django-admin delete_expired`."""

    help = "Löscht personenbezogene Angaben und entfernte Einträge, deren Frist abgelaufen ist."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Say how many entries of each kind went."""
        for label, number in delete_expired(timezone.now()):
            self.stdout.write(f"{label}: {number}")

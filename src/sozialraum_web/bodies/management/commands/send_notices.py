"""Remind of what is due and send waiting notices by mail; to be run every few minutes (Erinnern und Versenden)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sozialraum_web.bodies.services.tasks import remind
from sozialraum_web.exchange.mailing import deliver


class Command(BaseCommand):
    """`django-admin send_notices`."""

    help = "Erinnert an Fälliges und versendet Mitteilungen; was der Mailserver nicht annimmt, wartet auf den nächsten Lauf."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Say how many mails went and how many wait."""
        remind(timezone.localdate())
        done = deliver()
        self.stdout.write(f"{done.sent} Mails versandt, {done.failed} warten auf einen neuen Versuch.")

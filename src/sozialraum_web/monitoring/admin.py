"""Releases and keys in Django's administration: to look at, never to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sozialraum_web.monitoring.models import Release, TrustedKey


@admin.register(Release)
class ReleaseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Freigaben come in by import only."""

    list_display = ("name", "municipality", "audience", "created", "current")
    list_filter = ("municipality", "audience", "current")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """A release is imported, not typed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """A release is never edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """A release stays on record."""
        return False


@admin.register(TrustedKey)
class TrustedKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys are confirmed on the command line; here they can be withdrawn."""

    list_display = ("municipality", "fingerprint", "confirmed")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """The fingerprint is compared where the key is entered."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """A key is confirmed or withdrawn, not changed."""
        return False

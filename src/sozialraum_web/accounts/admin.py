"""Accounts in Django's administration, for those who run the installation."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from sozialraum_web.accounts.models import Membership, Municipality, User


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Roles beside the account."""

    model = Membership
    extra = 1


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """An account is made from a mail address."""

    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Konten."""

    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff")
    list_filter = ("is_active", "memberships__municipality")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    inlines: ClassVar = [MembershipInline]
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Zugang", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Kommunen."""

    list_display = ("name", "slug", "kind")
    search_fields = ("name", "slug")

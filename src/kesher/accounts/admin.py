"""The operator's view of users, workspaces, keys and the audit log, in Django's admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from kesher.accounts import models

if TYPE_CHECKING:  # Django's own classes take no type arguments when they run
    _ModelAdmin = admin.ModelAdmin[Any]
    _UserAdmin = UserAdmin[models.User]
else:
    _ModelAdmin = admin.ModelAdmin
    _UserAdmin = UserAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: these rows are made by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(models.User)
class OperatorUserAdmin(_UserAdmin):
    """Users by e-mail address."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "language", "usable_password", "password1", "password2")}),)
    filter_horizontal = ()


@admin.register(models.Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    """Workspaces."""

    list_display = ("slug", "name", "timezone", "default_language", "created_at")
    search_fields = ("slug", "name")


@admin.register(models.Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    list_display = ("workspace", "user", "role")
    list_select_related = ("workspace", "user")


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys, without their hashes."""

    list_display = ("prefix", "name", "workspace", "created_at", "last_used_at", "revoked_at")
    fields = ("workspace", "prefix", "name", "scopes", "created_by", "created_at", "last_used_at", "revoked_at")


@admin.register(models.AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit log of all workspaces."""

    list_display = ("at", "workspace", "actor", "action", "target", "address")

"""What allauth lets people change about their own sign-in, recorded in the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.http import HttpRequest

from kesher.accounts.services import record_audit_of_user
from kesher.kernel.clock import read_clock
from kesher.kernel.db import request_connection


def hear_changes() -> None:
    """Connect the records to allauth's signals; once, when Django starts."""
    password_changed.connect(_note_password)
    authenticator_added.connect(_note_added)
    authenticator_removed.connect(_note_removed)
    authenticator_reset.connect(_note_reset)


def _note_password(request: HttpRequest, user: Any, **_: Any) -> None:
    _note(request, user, "accounts.change_password", {})


def _note_added(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _note(request, user, "accounts.add_authenticator", {"type": str(authenticator.type)})


def _note_removed(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _note(request, user, "accounts.remove_authenticator", {"type": str(authenticator.type)})


def _note_reset(request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _note(request, user, "accounts.renew_authenticator", {"type": str(authenticator.type)})


def _note(request: HttpRequest, user: Any, action: str, changes: dict[str, str]) -> None:
    now = read_clock(request_connection())
    record_audit_of_user(user.pk, action, changes, now, request.META.get("REMOTE_ADDR") or None)

"""The audit log: one entry for every change, in the change's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kesher.accounts import models


def record_audit(
    workspace_id: int,
    actor: str,
    action: str,
    target: str,
    changes: Mapping[str, Any],
    at: datetime,
    address: str | None = None,
) -> int:
    """Append an entry and return its id; `changes` holds no secret."""
    entry = models.AuditEntry.objects.create(
        workspace_id=workspace_id,
        actor=actor,
        action=action,
        target=target[:200],
        changes=dict(changes),
        at=at,
        address=address,
    )
    return int(entry.pk)


def record_audit_of_user(
    user_id: int, action: str, changes: Mapping[str, Any], at: datetime, address: str | None = None
) -> None:
    """Append to each of a user's workspaces what she changed about herself."""
    user = models.User.objects.get(pk=user_id)
    for workspace_id in user.memberships.values_list("workspace_id", flat=True):
        record_audit(workspace_id, user.email, action, user.email, changes, at, address)

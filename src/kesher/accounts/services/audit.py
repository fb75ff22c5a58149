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

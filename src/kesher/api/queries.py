"""All that is known of a person, put together from every room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from kesher.consent import queries as consent
from kesher.events import queries as events
from kesher.journeys import queries as journeys
from kesher.kernel.db import Conn
from kesher.messaging import queries as messaging
from kesher.profiles import queries as profiles
from kesher.segments import queries as segments


def export_person(conn: Conn, *, workspace_id: int, profile_id: int, now: datetime) -> dict[str, Any]:
    """Everything that is known of a person and of the profiles that were merged into hers (GDPR art. 15 and 20)."""
    ids = profiles.list_whole_person(conn, workspace_id=workspace_id, profile_id=profile_id)
    return {
        "person": ids[0],
        "exported_at": now,
        **profiles.export_person(conn, ids),
        **consent.export_person(conn, ids),
        **segments.export_person(conn, ids, workspace_id=workspace_id, now=now),
        **messaging.export_person(conn, ids),
        **journeys.export_person(conn, ids),
        **events.export_person(conn, ids, workspace_id=workspace_id, lake_url=settings.LAKE_URL),
    }

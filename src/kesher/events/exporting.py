"""All that is known of a person: what she did, from the hot log and from the lake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kesher.events.lake import read_from_lake
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def export_person(conn: Conn, profile_ids: Sequence[int], *, workspace_id: int, lake_url: str) -> dict[str, Any]:
    """`events`: all that she did, oldest first; those that left the hot log come from the lake."""
    logged = _sql.records(conn, "export_events", {"profiles": list(profile_ids)})
    known = {event["id"] for event in logged}
    kept = [
        {
            **event,
            "properties": json.loads(event["properties"]),
            "context": json.loads(event["context"]),
        }
        for event in read_from_lake(lake_url, workspace_id=workspace_id, profile_ids=profile_ids)
        if event["id"] not in known
    ]
    return {"events": sorted([*logged, *kept], key=lambda event: (event["occurred_at"], event["id"]))}

"""All that is known of a person: where she was put, and how she is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.segments.scores.reading import list_profile_scores

_sql = statements_of(__package__)


def export_person(conn: Conn, profile_ids: Sequence[int], *, workspace_id: int, now: datetime) -> dict[str, Any]:
    """`memberships` of segments and lists, and `scores` with their reasons (of the living profile)."""
    memberships = _sql.records(conn, "export_memberships", {"profiles": list(profile_ids)})
    scores = list_profile_scores(conn, workspace_id=workspace_id, profile_id=profile_ids[0], now=now)
    return {"memberships": memberships, "scores": [asdict(score) for score in scores]}

"""All that is known of a person: her ways through journeys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def export_person(conn: Conn, profile_ids: Sequence[int]) -> dict[str, Any]:
    """`runs`: every journey that she entered, and where she came to; its steps are among the events."""
    return {"runs": _sql.records(conn, "export_runs", {"profiles": list(profile_ids)})}

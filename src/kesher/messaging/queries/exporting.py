"""All that is known of a person: what was sent to her."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.messaging")


def export_person(conn: Conn, profile_ids: Sequence[int]) -> dict[str, Any]:
    """`messages`: all that was ever to be sent to her, and what became of it."""
    return {"messages": _sql.records(conn, "export_messages", {"profiles": list(profile_ids)})}

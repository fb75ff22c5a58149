"""The temporary table of a slice; each connection that reads the log has its own."""

from __future__ import annotations

from kesher.kernel.db import Conn

_SLICE = """
CREATE TEMPORARY TABLE IF NOT EXISTS events_slice (
    event_id bigint NOT NULL,
    workspace_id integer NOT NULL,
    shard smallint NOT NULL,
    profile_id bigint NOT NULL,
    type text NOT NULL,
    name text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    properties jsonb NOT NULL,
    context jsonb NOT NULL
)
"""

TABLES = ("events_slice",)


def create_temporary_tables(conn: Conn) -> None:
    """Create what `open_slice` fills; again is harmless."""
    conn.execute(_SLICE)

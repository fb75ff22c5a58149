"""The temporary tables of a tick."""

from kesher.kernel.db import Conn

# cause: `change` (an event, a timer) or `build` (the rule is new or was edited).
_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS segments_touched (
    segment_id bigint NOT NULL, profile_id bigint NOT NULL, cause text NOT NULL,
    PRIMARY KEY (segment_id, profile_id)
);
CREATE TEMPORARY TABLE IF NOT EXISTS segments_change (
    segment_id bigint NOT NULL, profile_id bigint NOT NULL, entered boolean NOT NULL, cause text NOT NULL
);
"""

TABLES = ("segments_touched", "segments_change")


def create_temporary_tables(conn: Conn) -> None:
    """Make this connection ready for `advance_segments`."""
    conn.execute(_TABLES)

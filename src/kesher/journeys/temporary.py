"""The temporary tables in which a tick works."""

from __future__ import annotations

from kesher.kernel.db import Conn

_RUN = """
    run_id bigint, workspace_id integer, shard smallint, profile_id bigint, journey_id bigint, version_id bigint,
    node text, visit integer"""

_TABLES = f"""
-- Events that mean something to a journey. Wave k holds the k-th such event of each person.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_match (
    wave integer, event_id bigint, profile_id bigint, journey_id bigint, version_id bigint, kind text, node text,
    ordinal integer, reason text, within interval, same text[], same_value text, received_at timestamptz,
    occurred_at timestamptz, signature text
);
CREATE INDEX IF NOT EXISTS journeys_match_wave_ix ON journeys_match (wave, kind);
-- Which hits are known to change nothing for a person as she stands, if they come before `until`.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_tried (
    profile_id bigint, signature text, until timestamptz
);
-- Runs that stand at a node in step number `step` of the tick.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_ready (
    step integer, {_RUN}, node_entered_at timestamptz, signal jsonb
);
CREATE INDEX IF NOT EXISTS journeys_ready_step_ix ON journeys_ready (step, run_id);
-- What the nodes decided about them.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_decision (
    step integer, run_id bigint, outcome text, due_at timestamptz, failure text, facts jsonb
);
CREATE INDEX IF NOT EXISTS journeys_decision_step_ix ON journeys_decision (step, run_id);
-- Runs whose exit rules are to be looked at.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_check (
    run_id bigint, profile_id bigint, version_id bigint
);
-- The next people of a scheduled entry, or of an entry by date; `at` is the moment that came for them.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_audience (
    journey_id bigint, profile_id bigint, at timestamptz
);
-- What happened to the runs, to be logged and counted once, at the tick's end.
CREATE TEMPORARY TABLE IF NOT EXISTS journeys_log (
    number bigint GENERATED ALWAYS AS IDENTITY, name text, {_RUN}, came_from text, outcome text, state text,
    reason text, facts jsonb
);
"""

TABLES = (
    "journeys_match",
    "journeys_tried",
    "journeys_ready",
    "journeys_decision",
    "journeys_check",
    "journeys_audience",
    "journeys_log",
)


def create_temporary_tables(conn: Conn) -> None:
    """Create them on this connection, unless it has them."""
    conn.execute(_TABLES)

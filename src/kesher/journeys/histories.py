"""Runs as they were recorded: which there are, and every step of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.errors import RunNotFound
from kesher.journeys.types import RunHistory, RunInfo, RunState, Step
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")

MOST_ROWS = 500
_STEP_NAMES = [
    SystemEvent.JOURNEY_ENTERED,
    SystemEvent.JOURNEY_STEP_ENTERED,
    SystemEvent.HOLDOUT_EXPOSED,
    SystemEvent.JOURNEY_GOAL_REACHED,
    SystemEvent.JOURNEY_EXITED,
    SystemEvent.JOURNEY_RUN_MOVED,
    SystemEvent.MESSAGE_SENT,
    SystemEvent.MESSAGE_HELD,
    SystemEvent.MESSAGE_FAILED,
    SystemEvent.MESSAGE_BOUNCED,
]


def list_runs(
    conn: Conn,
    *,
    workspace_id: int,
    journey: str | None = None,
    profile_id: int | None = None,
    state: RunState | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[RunInfo]:
    """The latest runs first; `before` is the last run's id of the page before."""
    params = {
        "workspace_id": workspace_id,
        "journey": journey,
        "profile_id": profile_id,
        "state": state,
        "run_id": None,
        "before": before,
        "limit": min(limit, MOST_ROWS),
    }
    return [_run(row) for row in _sql.run(conn, "list_runs", params)]


def get_run_history(conn: Conn, *, workspace_id: int, run_id: int) -> RunHistory:
    """Why this person got, or did not get, what the journey had for her: each recorded step, its outcome, and the facts
    that the decision was made of."""
    params = {"workspace_id": workspace_id, "run_id": run_id, "limit": 1}
    found = _sql.run(
        conn, "list_runs", {"journey": None, "profile_id": None, "state": None, "before": None, **params}
    ).fetchone()
    if found is None:
        raise RunNotFound(run_id=run_id)
    rows = _sql.run(conn, "run_steps", {**params, "names": _STEP_NAMES})
    return RunHistory(_run(found), tuple(_step(*row) for row in rows))


def _run(row: Sequence[Any]) -> RunInfo:
    values = list(row)
    values[4] = RunState(values[4])
    return RunInfo(*values)


def _step(at: datetime, name: str, properties: Mapping[str, Any]) -> Step:
    return Step(
        at=at,
        name=name,
        node=properties.get("node"),
        came_from=properties.get("from"),
        outcome=properties.get("outcome"),
        reason=properties.get("reason"),
        facts=properties.get("facts", {}),
    )

"""Saving and deleting models of scores: what is checked, and what a save sets in motion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.kernel.wake import WORK, notify
from kesher.segments.definitions import check_key, check_references, pairs_of
from kesher.segments.errors import RuleInvalid, ScoreBeingRemoved, ScoreInUse, ScoreInvalid, ScoreNotFound
from kesher.segments.parsing import dependencies_of
from kesher.segments.scores.cycles import refuse_cycles, users_of_score
from kesher.segments.scores.parsing import ScoreModel, parse_score_model
from kesher.segments.types import Dependencies, ScoreModelRow, ScoreState

_sql = statements_of("kesher.segments")


def save_score_model(
    conn: Conn, *, workspace_id: int, key: str, name: Text, definition: Mapping[str, Any], now: datetime
) -> ScoreModelRow:
    """Create a model of scores, or edit the one of that key; everybody is scored in chunks while all else goes on."""
    check_key(key)
    with conn.transaction():
        _sql.run(conn, "lock_definitions")
        known = _find(conn, workspace_id, key)
        if known is not None and known.state is ScoreState.REMOVING:
            raise ScoreBeingRemoved(key=key)
        model = check_score_model(conn, definition, workspace_id=workspace_id, key=key)
        refuse_cycles(conn, workspace_id=workspace_id, models={key: model})
        values = {"workspace_id": workspace_id, "key": key, "name": Jsonb(name.as_dict()), "now": now}
        saved = _row(_sql.run(conn, "write_score_model", values | _columns(model, definition)).fetchone())
        kinds, names, asks = _dependencies(model)
        needs = {"workspace_id": workspace_id, "model_id": saved.id, "kinds": kinds, "names": names, "asks": asks}
        _sql.run(conn, "replace_score_dependencies", needs)
        notify(conn, WORK)
    return saved


def delete_score_model(conn: Conn, *, workspace_id: int, key: str, now: datetime) -> None:
    """Delete a model for which no segment and no other model asks; its scores vanish without events."""
    with conn.transaction():
        _sql.run(conn, "lock_definitions")
        users = users_of_score(conn, workspace_id=workspace_id, key=key)
        if users:
            raise ScoreInUse(key=key, users=", ".join(users))
        gone = _sql.run(conn, "retire_score_model", {"workspace_id": workspace_id, "key": key, "now": now})
        if gone.fetchone() is None:
            raise ScoreNotFound(key=key)
        notify(conn, WORK)


def check_score_model(conn: Conn, definition: Mapping[str, Any], *, workspace_id: int, key: str = "") -> ScoreModel:
    """The model of a definition that could be saved (under `key`); ScoreInvalid names each mistake by its place."""
    model = parse_score_model(definition)
    problems: list[Problem] = []
    for place, rule in model.rules():
        try:
            check_references(conn, rule, workspace_id=workspace_id, path=place, own_score=key or None)
        except RuleInvalid as error:
            problems += error.problems
    if problems:
        raise ScoreInvalid(problems=tuple(problems))
    return model


def get_score_model(conn: Conn, *, workspace_id: int, key: str) -> ScoreModelRow:
    """The model of a key."""
    found = _find(conn, workspace_id, key)
    if found is None or found.state is ScoreState.REMOVING:
        raise ScoreNotFound(key=key)
    return found


def list_score_models(conn: Conn, *, workspace_id: int) -> list[ScoreModelRow]:
    """The workspace's models by key."""
    rows = map(_row, _sql.run(conn, "list_score_models", {"workspace_id": workspace_id, "key": None}))
    return [row for row in rows if row.state is not ScoreState.REMOVING]


def _find(conn: Conn, workspace_id: int, key: str) -> ScoreModelRow | None:
    row = _sql.run(conn, "list_score_models", {"workspace_id": workspace_id, "key": key}).fetchone()
    return None if row is None else _row(row)


def _row(row: Any) -> ScoreModelRow:
    id, workspace_id, key, name, definition, state, *rest = row
    return ScoreModelRow(id, workspace_id, key, name, definition, ScoreState(state), *rest)


def _columns(model: ScoreModel, definition: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "definition": Jsonb(definition),
        "half_life_seconds": model.half_life.total_seconds(),
        "maxima": model.maxima,
        "fit_maximum": model.fit_maximum,
        "fit_grades": list(model.fit_grades),
        "engagement_grades": list(model.engagement_grades),
        "stages": [stage.key for stage in model.stages],
        "stage_backs": [stage.back for stage in model.stages],
        "stage_base": int(bool(model.stages) and model.stages[0].rule is None),
    }


def _dependencies(model: ScoreModel) -> tuple[list[str], list[str], list[bool]]:
    """What touches the model, by kind and name, and whether its rules ask about it."""
    needs = Dependencies()
    for _, rule in model.rules():
        needs |= dependencies_of(rule)
    found = {("event", event.event): False for event in model.engagement} | dict.fromkeys(pairs_of(needs), True)
    return [kind for kind, _ in found], [name for _, name in found], list(found.values())

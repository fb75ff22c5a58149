"""Keeps scores exact: from each slice of the log and each due timer, only what they touch.

All engagement of a model halves in the same time, so a value and its moment tell every later one: an event adds its
points, decayed by its own age, and the moment of the next threshold follows in closed form. Where adding is not enough
(a new person or model, a merge, an event that was ahead) the log is counted anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kesher.events.services import append_events
from kesher.events.types import Slice, SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS, shard_of
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.segments.scores.compiling import BATCH, AskedRule, Compiled, compile_models

_sql = statements_of("kesher.segments")
TIMERS = 5_000
"""Due timers taken by one tick."""
CHUNK = 2_000
"""Profiles of one model that one tick counts while building it; scores that it deletes while removing it."""
BUILDING = 2
"""Models built at once."""


@dataclass(frozen=True, slots=True)
class _Touch:
    """How a pair is touched: `look` asks the model's rules, `anew` counts its events from the log."""

    look: bool
    anew: bool


_Touched = dict[tuple[int, int], _Touch]
"""By (model, profile)."""


@dataclass(frozen=True, slots=True)
class _Model:
    id: int
    workspace_id: int
    key: str
    definition: str
    staged: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """A grade or a stage that changed: its event."""

    name: SystemEvent
    model: _Model
    profile_id: int
    before: str | None
    after: str | None
    fit: float | None = None
    engagement: float | None = None


def advance_scores(conn: Conn, piece: Slice, *, now: datetime) -> bool:
    """Bring the scores of the slice's shards up to `now`, after the segments; True when more is to be done at once."""
    exists, pending = _sql.run(conn, "has_score_models").fetchone() or (False, False)
    if not exists:
        return False
    touched, more = _touch(conn, piece, now, pending=pending)
    _hand_over(conn, touched, now, set(piece.shards))
    if not touched:
        return more
    _sql.run(conn, "drop_dead_scores", {"profiles": list({profile_id for _, profile_id in touched})})
    read_to = _read_to(conn, piece, touched)
    changes: list[_Change] = []
    models = [_Model(*row) for row in _sql.run(conn, "read_score_models", {"models": list({id for id, _ in touched})})]
    for batch in _batches(models):
        changes += _apply(conn, batch, touched, read_to, now)
    if changes:
        append_events(conn, _events(changes, now), now=now)
    return _touch_users(conn, list(touched), now) or more


def _touch(conn: Conn, piece: Slice, now: datetime, *, pending: bool) -> tuple[_Touched, bool]:
    params = {"now": now, "shards": list(piece.shards), "shard_count": SHARDS, "limit": TIMERS}
    if _sql.run(conn, "has_merges").fetchone() == (True,):
        _sql.run(conn, "carry_stages", params)
    touched: _Touched = {}
    more = pending
    seen = Relation(_sql["seen_in_slice"].sql)
    for model_id, profile_id, look, anew, full in _sql.run(conn, "touch_scores", params, seen=seen):
        if model_id is None:
            more = more or full
        else:
            touched[model_id, profile_id] = _Touch(look, anew)
    if pending:
        for pair in _sql.run(conn, "build_scores", {"limit": CHUNK, "models": BUILDING}):
            touched[pair] = _Touch(look=True, anew=True)
        _sql.run(conn, "remove_scores", {"limit": CHUNK})
    return touched, more


def _hand_over(conn: Conn, touched: _Touched, now: datetime, shards: set[int]) -> None:
    """Leave the profiles of other engines' shards to them."""
    elsewhere = [pair for pair in touched if shard_of(pair[1]) not in shards]
    if elsewhere:
        for pair in elsewhere:
            del touched[pair]
        _sql.run(conn, "hand_scores_over", {**_pairs("pair", elsewhere), "shard_count": SHARDS, "now": now})
        notify(conn, WORK)


def _read_to(conn: Conn, piece: Slice, touched: _Touched) -> list[str]:
    if not any(touch.anew for touch in touched.values()):
        return []
    values = {
        "shards": list(piece.shards),
        "until": str(piece.until),
        "shard_count": SHARDS,
        "consumer": piece.consumer,
    }
    row = _sql.run(conn, "read_to", values).fetchone()
    return list(row[0]) if row else []


def _batches(models: Sequence[_Model]) -> Iterator[list[_Model]]:
    by_workspace: dict[int, list[_Model]] = defaultdict(list)
    for model in models:
        by_workspace[model.workspace_id].append(model)
    for each in by_workspace.values():
        for start in range(0, len(each), BATCH):
            yield each[start : start + BATCH]


def _apply(
    conn: Conn, batch: Sequence[_Model], touched: _Touched, read_to: Sequence[str], now: datetime
) -> list[_Change]:
    """Count, grade and place the touched pairs of a batch; what changed."""
    models = {model.id: model for model in batch}
    mine = {pair: touch for pair, touch in touched.items() if pair[0] in models}
    if not mine:
        return []
    compiled = compile_models(batch[0].workspace_id, tuple((model.id, model.definition) for model in batch))
    changes = [
        _Change(SystemEvent.SCORE_GRADE_CHANGED, models[id], *rest)
        for id, *rest in compiled.scores.run(conn, _score_values(compiled, mine, read_to, now))
    ]
    staged = [pair for pair in mine if models[pair[0]].staged]
    if compiled.stages is not None and staged:
        values = {"now": now, **_pairs("pair", staged), **_asked(compiled.stage_rules, staged)}
        changes += [
            _Change(SystemEvent.STAGE_CHANGED, models[id], *rest) for id, *rest in compiled.stages.run(conn, values)
        ]
    return changes


def _score_values(compiled: Compiled, touched: _Touched, read_to: Sequence[str], now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "read_to": list(read_to),
        **_pairs("pair", list(touched)),
        "pair_looks": [touch.look for touch in touched.values()],
        "pair_anew": [touch.anew for touch in touched.values()],
        **_pairs("slice", [pair for pair, touch in touched.items() if not touch.anew]),
        **_pairs("log", [pair for pair, touch in touched.items() if touch.anew]),
        **_asked(compiled.fit_rules, [pair for pair, touch in touched.items() if touch.look]),
    }


def _pairs(name: str, pairs: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    return {
        f"{name}_models": [model_id for model_id, _ in pairs],
        f"{name}_profiles": [profile_id for _, profile_id in pairs],
    }


def _asked(rules: Sequence[AskedRule], pairs: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    by_model: dict[int, list[int]] = defaultdict(list)
    for rule in rules:
        by_model[rule.model_id].append(rule.number)
    asked = [(number, profile_id) for model_id, profile_id in pairs for number in by_model[model_id]]
    return {"asked_rules": [number for number, _ in asked], "asked_profiles": [id for _, id in asked]}


def _touch_users(conn: Conn, pairs: Sequence[tuple[int, int]], now: datetime) -> bool:
    """Have those looked at that ask for these scores, in the next tick; True when there are any."""
    values: Mapping[str, Any] = {**_pairs("pair", pairs), "shard_count": SHARDS, "now": now}
    segments = _sql.run(conn, "touch_score_users", values).rowcount
    models = _sql.run(conn, "touch_score_models", values).rowcount
    return segments + models > 0


def _events(changes: Sequence[_Change], now: datetime) -> Relation:
    return Relation(
        _sql["score_events"].sql,
        {
            "score_at": now,
            "score_workspaces": [change.model.workspace_id for change in changes],
            "score_profiles": [change.profile_id for change in changes],
            "score_names": [change.name.value for change in changes],
            "score_models": [change.model.key for change in changes],
            "score_befores": [change.before for change in changes],
            "score_afters": [change.after for change in changes],
            "score_fits": [change.fit for change in changes],
            "score_engagements": [change.engagement for change in changes],
        },
    )

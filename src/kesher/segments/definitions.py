"""Saving and deleting segments: what is checked, and what a save sets in motion."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.kernel.wake import WORK, notify
from kesher.segments.errors import (
    KeyInvalid,
    RuleInvalid,
    SegmentBeingRemoved,
    SegmentCycle,
    SegmentInUse,
    SegmentNotFound,
)
from kesher.segments.evaluating import evaluate
from kesher.segments.parsing import dependencies_of, parse_rule, references_of
from kesher.segments.reading import unknown
from kesher.segments.registry import keys_of, users_of
from kesher.segments.scores.cycles import refuse_cycles
from kesher.segments.types import Dependencies, Person, Reference, Rule, SegmentRow, SegmentState

_sql = statements_of(__package__)
_OWN_KINDS = ("segment", "list", "topic", "score", "stage", "object")
"""What statement list_references lists; the rest is asked of the rooms that registered it."""
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,59}")


def save_segment(
    conn: Conn, *, workspace_id: int, key: str, name: Text, rule: Mapping[str, Any], now: datetime
) -> SegmentRow:
    """Create a segment, or edit the one of that key; its members follow in chunks while everything else goes on."""
    check_key(key)
    tree = parse_rule(rule)
    with conn.transaction():
        _sql.run(conn, "lock_definitions")
        check_references(conn, tree, workspace_id=workspace_id, own_key=key)
        needs = dependencies_of(tree)
        levels = _levels(conn, workspace_id, key, needs)
        refuse_cycles(conn, workspace_id=workspace_id, segments={key: tree})
        known = find_segment(conn, workspace_id=workspace_id, key=key)
        if known is not None and known.state is SegmentState.REMOVING:
            raise SegmentBeingRemoved(key=key)
        values = {
            "workspace_id": workspace_id,
            "key": key,
            "name": Jsonb(name.as_dict()),
            "rule": Jsonb(rule),
            "holds_empty": evaluate(tree, Person(0), now=now).holds,
            "now": now,
        }
        saved = _row(_sql.run(conn, "write_segment", values).fetchone())
        pairs = pairs_of(needs)
        _sql.run(
            conn,
            "replace_dependencies",
            {
                "workspace_id": workspace_id,
                "segment_id": saved.id,
                "kinds": [kind for kind, _ in pairs],
                "names": [name for _, name in pairs],
            },
        )
        _sql.run(
            conn,
            "write_levels",
            {"workspace_id": workspace_id, "keys": list(levels), "levels": list(levels.values())},
        )
        notify(conn, WORK)
    return saved


def follow_workspace_zone(conn: Conn, *, workspace_id: int) -> int:
    """Build anew the segments and scores whose days begin with the workspace's, after its time zone has changed; how
    many."""
    with conn.transaction():
        _sql.run(conn, "lock_definitions")
        params = {"workspace_id": workspace_id}
        segments = _sql.run(conn, "rebuild_segments_of_days", params).rowcount
        scores = _sql.run(conn, "rebuild_scores_of_days", params).rowcount
        notify(conn, WORK)
    return segments + scores


def delete_segment(conn: Conn, *, workspace_id: int, key: str, now: datetime) -> None:
    """Delete a segment that nothing else uses; its members vanish without events."""
    with conn.transaction():
        _sql.run(conn, "lock_definitions")
        asked = {"workspace_id": workspace_id, "kind": "segment", "key": key}
        users = [row[0] for row in _sql.run(conn, "list_users", asked)]
        users += users_of(conn, "segment", workspace_id, key)
        if users:
            raise SegmentInUse(key=key, users=", ".join(users))
        gone = _sql.run(conn, "retire_segment", {"workspace_id": workspace_id, "key": key, "now": now})
        if gone.fetchone() is None:
            raise SegmentNotFound(key=key)
        notify(conn, WORK)


def check_key(key: str) -> None:
    """KeyInvalid unless the key can stand in files and addresses."""
    if not _KEY.fullmatch(key):
        raise KeyInvalid


def check_references(
    conn: Conn,
    rule: Rule,
    *,
    workspace_id: int,
    path: str = "rule",
    own_key: str | None = None,
    own_score: str | None = None,
) -> None:
    """RuleInvalid unless everything that the rule names exists in the workspace: segments, lists, topics, scores, and
    what higher rooms keep (templates, journeys).

    `own_key` is the key of the segment that is being saved: naming itself is a cycle, which has its own error.
    `own_score` is that of the score that is being saved.
    """
    named = tuple(references_of(rule, path))
    check_named(conn, named, workspace_id=workspace_id, own_key=own_key, own_score=own_score)


def check_named(
    conn: Conn,
    named: Sequence[tuple[str, Reference]],
    *,
    workspace_id: int,
    own_key: str | None = None,
    own_score: str | None = None,
) -> None:
    """The same for what `references_of` found before, in any number of rules."""
    if not named:
        return
    mine = {"segment": own_key, "score": own_score}
    known: dict[str, list[str] | None] = {kind: list(filter(None, [mine.get(kind)])) for kind in _OWN_KINDS}
    for kind, key in _sql.run(conn, "list_references", {"workspace_id": workspace_id}):
        cast(list[str], known[kind]).append(key)
    problems: list[Problem] = []
    for place, reference in named:
        if reference.kind not in known:
            known[reference.kind] = keys_of(conn, reference.kind, workspace_id)
        keys = known[reference.kind]
        if keys is not None and reference.key not in keys:
            problems.append(unknown(place, reference.key, keys).problem)
    if problems:
        raise RuleInvalid(problems=tuple(problems))


def find_segment(conn: Conn, *, workspace_id: int, key: str) -> SegmentRow | None:
    """The segment of a key, or None."""
    row = _sql.run(conn, "list_segments", {"workspace_id": workspace_id, "key": key}).fetchone()
    return None if row is None else _row(row)


def get_segment(conn: Conn, *, workspace_id: int, key: str) -> SegmentRow:
    """The segment of a key."""
    found = find_segment(conn, workspace_id=workspace_id, key=key)
    if found is None or found.state is SegmentState.REMOVING:
        raise SegmentNotFound(key=key)
    return found


def list_segments(conn: Conn, *, workspace_id: int) -> list[SegmentRow]:
    """The workspace's segments by key."""
    rows = map(_row, _sql.run(conn, "list_segments", {"workspace_id": workspace_id, "key": None}))
    return [row for row in rows if row.state is not SegmentState.REMOVING]


def _row(row: Any) -> SegmentRow:
    id, workspace_id, key, name, rule, state, *rest = row
    return SegmentRow(id, workspace_id, key, name, rule, SegmentState(state), *rest)


def pairs_of(needs: Dependencies) -> list[tuple[str, str]]:
    """Dependencies as they are stored: kind and name."""
    kinds = {
        "event": needs.events,
        "trait": needs.traits,
        "segment": needs.segments,
        "list": needs.lists,
        "consent": needs.consents,
        "score": needs.scores,
        "object": needs.objects,
    }
    return [(kind, name) for kind, names in kinds.items() for name in sorted(names)]


def _levels(conn: Conn, workspace_id: int, key: str, needs: Dependencies) -> dict[str, int]:
    """The level of every segment of the workspace once `key` has these needs; SegmentCycle when there is none."""
    graph = {
        known: sorted(names or ()) for known, _, names in _sql.run(conn, "list_levels", {"workspace_id": workspace_id})
    }
    graph[key] = sorted(needs.segments)
    levels: dict[str, int] = {}

    def level_of(current: str, trail: tuple[str, ...]) -> int:
        if current in trail:
            raise SegmentCycle(cycle=" → ".join((*trail[trail.index(current) :], current)))
        if current not in levels:
            below = [level_of(name, (*trail, current)) for name in graph.get(current, ())]
            levels[current] = max(below, default=-1) + 1
        return levels[current]

    for current in graph:
        level_of(current, ())
    return levels

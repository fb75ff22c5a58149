"""Keeps memberships exact: from each slice of the log and each due timer, only what they touch.

What happened touches (segment, profile) pairs; so does a timer whose time has come, and the next chunk of a segment
that is being built. The touched pairs are answered by the compiled rules, level by level, so that a segment built on
another settles in the same tick. Answers become memberships, timers and events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from kesher.events.services import append_events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.segments.compiling import compile_rule
from kesher.segments.parsing import parse_rule
from kesher.segments.types import CompiledRule

_sql = statements_of(__package__)
TIMERS = 5_000
"""Due timers taken by one tick."""
CHUNK = 2_000
"""Profiles of one segment that one tick looks at while building it; rows that it deletes while removing it."""
BUILDING = 4
"""Segments built at once."""
GROUP = 10
"""Segments answered by one statement."""


@dataclass(frozen=True, slots=True)
class _Touched:
    segment_id: int
    workspace_id: int
    level: int
    rule: str


def advance_segments(conn: Conn, *, now: datetime, shards: Sequence[int]) -> bool:
    """Bring memberships and timers of these shards' profiles up to `now`; True when more is to be done at once.

    Inside the tick's transaction, after `open_slice`.
    """
    params = {"now": now, "shards": list(shards), "shard_count": SHARDS, "limit": TIMERS}
    _sql.run(conn, "share_definitions")
    if _sql.run(conn, "has_merges").fetchone() == (True,):
        _sql.run(conn, "follow_merges", params)
        _sql.run(conn, "undo_lists")
    _sql.run(conn, "touch_by_events", params)
    due = _sql.run(conn, "claim_due_timers", params).fetchone()
    pending = _sql.run(conn, "has_pending").fetchone() == (True,)
    if pending:
        _sql.run(conn, "build_segments", {**params, "limit": CHUNK, "segments": BUILDING})
        _sql.run(conn, "remove_segment_rows", {"limit": CHUNK})
    if len(shards) < SHARDS and _sql.run(conn, "hand_over_touched", params).rowcount:
        notify(conn, WORK)
    _sql.run(conn, "drop_dead")
    if _settle(conn, now):
        append_events(conn, _changes(now), now=now)
    return pending or due == (TIMERS,)


def _settle(conn: Conn, now: datetime) -> int:
    """Answer the touched pairs, from the lowest level up; how many memberships changed."""
    level, changed = -1, 0
    while touched := [_Touched(*row) for row in _sql.run(conn, "list_touched", {"level": level})]:
        level = touched[0].level
        changes = sum(
            _sql.run(conn, "apply_verdicts", {"now": now}, verdicts=_verdicts(group, now)).rowcount
            for group in _groups([segment for segment in touched if segment.level == level])
        )
        if changes:
            _sql.run(conn, "touch_dependents", {"level": level})
        changed += changes
    return changed


def _groups(touched: Sequence[_Touched]) -> Iterator[Sequence[_Touched]]:
    for start in range(0, len(touched), GROUP):
        yield touched[start : start + GROUP]


def _verdicts(group: Sequence[_Touched], now: datetime) -> Relation:
    """The answers of some segments about the profiles that were touched for each."""
    selects: list[str] = []
    params: dict[str, object] = {}
    for segment in group:
        verdict = _compiled(segment.rule, segment.workspace_id, segment.segment_id).at(now).verdict
        mine = f"s{segment.segment_id}_id"
        params |= {**verdict.params, mine: segment.segment_id}
        # OFFSET 0: one look by primary key for each touched profile, never a scan of the table.
        selects.append(
            f"SELECT t.segment_id, t.profile_id, p.workspace_id, p.shard, t.cause, v.holds, v.changes_at"
            f" FROM segments_touched t"
            f" CROSS JOIN LATERAL (SELECT * FROM profiles_profile x WHERE x.id = t.profile_id OFFSET 0) p"
            f" CROSS JOIN LATERAL ({verdict.sql}) v WHERE t.segment_id = %({mine})s::bigint"
        )
    return Relation(" UNION ALL ".join(selects), params)


@lru_cache(maxsize=4_096)
def _compiled(rule: str, workspace_id: int, segment_id: int) -> CompiledRule:
    """By the rule's text, which an edit changes: nothing to invalidate."""
    tree = parse_rule(json.loads(rule))
    return compile_rule(tree, workspace_id=workspace_id, now=datetime.min.replace(tzinfo=UTC), prefix=f"s{segment_id}")


def _changes(now: datetime) -> Relation:
    return Relation(
        "SELECT g.workspace_id, c.profile_id,"
        " CASE WHEN c.entered THEN %(change_entered)s::text ELSE %(change_left)s::text END AS name,"
        " %(change_at)s::timestamptz AS occurred_at,"
        " jsonb_build_object('segment', g.key, 'cause', c.cause) AS properties"
        " FROM segments_change c JOIN segments_segment g ON g.id = c.segment_id",
        {
            "change_entered": SystemEvent.SEGMENT_ENTERED.value,
            "change_left": SystemEvent.SEGMENT_LEFT.value,
            "change_at": now,
        },
    )

"""Keeps memberships exact: from each slice of the log and each due timer, only what they touch.

What happened touches (segment, profile) pairs; so does a timer whose time has come, and the next chunk of a segment
that is being built. The touched pairs are answered by the compiled rules, level by level, so that a segment built on
another settles in the same tick. Answers become memberships, timers and events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kesher.events.services import append_events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.scratch import empty_tables
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.segments.compiling import CompiledFamily, compile_family
from kesher.segments.parsing import dependencies_of, parse_rule
from kesher.segments.temporary import TABLES
from kesher.segments.types import Rule

_sql = statements_of(__package__)
TIMERS = 5_000
"""Due timers taken by one tick."""
CHUNK = 2_000
"""Profiles of one segment that one tick looks at while building it; rows that it deletes while removing it."""
BUILDING = 4
"""Segments built at once."""
FAMILY = 25
"""Segments answered by one statement at most."""


@dataclass(frozen=True, slots=True)
class _Segment:
    id: int
    workspace_id: int
    level: int
    rule: str
    touched: bool


def advance_segments(conn: Conn, *, now: datetime, shards: Sequence[int]) -> bool:
    """Bring memberships and timers of these shards' profiles up to `now`; True when more is to be done at once.

    Inside the tick's transaction, after `open_slice`.
    """
    empty_tables(conn, TABLES)
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
    while touched := [_Segment(*row) for row in _sql.run(conn, "list_touched", {"level": level})]:
        level = touched[0].level
        changes = sum(
            _sql.run(conn, "apply_verdicts", {"now": now}, verdicts=_verdicts(family, now)).rowcount
            for family in _families(touched)
        )
        if changes:
            _sql.run(conn, "touch_dependents", {"level": level})
        changed += changes
    return changed


def _families(segments: Sequence[_Segment]) -> Iterator[Sequence[_Segment]]:
    """Segments of a workspace that ask about the same events, as far as any of them was touched: one statement each,
    since they are touched together and read the same rows."""
    families: dict[tuple[int, frozenset[str]], list[_Segment]] = defaultdict(list)
    for segment in segments:
        families[segment.workspace_id, _events_of(segment.rule)].append(segment)
    for members in families.values():
        for start in range(0, len(members), FAMILY):
            family = members[start : start + FAMILY]
            if any(segment.touched for segment in family):
                yield family


def _verdicts(family: Sequence[_Segment], now: datetime) -> Relation:
    """The answers of a family about the profiles that were touched for any of its segments.

    OFFSET 0: one look by primary key for each touched profile, never a scan of the table.
    """
    compiled = _compiled(family[0].workspace_id, tuple((segment.id, segment.rule) for segment in family)).at(now)
    return Relation(
        "SELECT t.segment_id, t.profile_id, p.workspace_id, p.shard, t.cause, v.holds, v.changes_at FROM"
        " (SELECT DISTINCT t.profile_id FROM segments_touched t WHERE t.segment_id = ANY(%(family)s::bigint[])) AS d"
        " CROSS JOIN LATERAL (SELECT * FROM profiles_profile x WHERE x.id = d.profile_id OFFSET 0) AS p"
        f" CROSS JOIN LATERAL ({compiled.sql}) AS v"
        " JOIN segments_touched t ON t.segment_id = v.segment_id AND t.profile_id = d.profile_id",
        {**compiled.params, "family": [segment.id for segment in family]},
    )


@lru_cache(maxsize=4_096)
def _rule(text: str) -> Rule:
    """By its text, which an edit changes: nothing to invalidate."""
    return parse_rule(json.loads(text))


@lru_cache(maxsize=4_096)
def _events_of(rule: str) -> frozenset[str]:
    return dependencies_of(_rule(rule)).events


@lru_cache(maxsize=1_024)
def _compiled(workspace_id: int, family: tuple[tuple[int, str], ...]) -> CompiledFamily:
    rules = [(segment_id, _rule(text)) for segment_id, text in family]
    return compile_family(rules, workspace_id=workspace_id, prefix="f")


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

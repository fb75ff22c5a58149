"""Keeps memberships exact: from each slice of the log and each due timer, only what they touch.

What happened touches (segment, profile) pairs; so does a timer whose time has come, and the next chunk of a segment
that is being built. The touched pairs are answered by the compiled rules, level by level, so that a segment built on
another settles in the same tick. Answers become memberships, timers and events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from kesher.events.queries import list_erased
from kesher.events.services import append_events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS, shard_of
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.segments.erasing import erase_people
from kesher.segments.families import Change, Definition, apply_family, families_of

_sql = statements_of(__package__)
TIMERS = 5_000
"""Due timers taken by one tick."""
CHUNK = 2_000
"""Profiles of one segment that one tick looks at while building it; rows that it deletes while removing it."""
BUILDING = 4
"""Segments built at once."""

_Touched = dict[int, dict[int, str]]
"""Segment to profile to cause: `change` (an event, a timer) or `build` (the rule is new or was edited)."""


def advance_segments(conn: Conn, *, now: datetime, shards: Sequence[int]) -> bool:
    """Bring memberships and timers of these shards' profiles up to `now`; True when more is to be done at once.

    Inside the tick's transaction, after `open_slice`.
    """
    _sql.run(conn, "share_definitions")
    touched, more = _touch(conn, now, shards)
    if len(shards) < SHARDS:
        _hand_over(conn, touched, now, set(shards))
    if touched:
        profiles = list({profile_id for pairs in touched.values() for profile_id in pairs})
        _sql.run(conn, "drop_dead", {"profiles": profiles})
        definitions = {
            row[0]: Definition(*row) for row in _sql.run(conn, "list_definitions", {"segments": list(touched)})
        }
        changes = _settle(conn, definitions, touched, now)
        if changes:
            append_events(conn, _events(changes, definitions, touched, now), now=now)
    return more


def _touch(conn: Conn, now: datetime, shards: Sequence[int]) -> tuple[_Touched, bool]:
    """What is worth a look, and whether more is to be done at once.

    Kept in memory: the statements that follow take it as arrays. A plan over a temporary table is thrown away
    whenever the table is emptied, and planning would be most of a tick's time.
    """
    params = {"now": now, "shards": list(shards), "shard_count": SHARDS, "limit": TIMERS}
    touched: _Touched = defaultdict(dict)
    erased = list_erased(conn)
    if erased:
        erase_people(conn, erased)
    if _sql.run(conn, "has_merges").fetchone() == (True,):
        _sql.run(conn, "follow_merges", params)
        _sql.run(conn, "undo_lists")
    seen = Relation(_sql["seen_in_slice"].sql)
    for segment_id, profile_id in _sql.run(conn, "touch_by_events", params, seen=seen):
        touched[segment_id][profile_id] = "change"
    due = _sql.run(conn, "claim_due_timers", params).fetchall()
    for segment_id, profile_id in due:
        touched[segment_id][profile_id] = "change"
    pending = _sql.run(conn, "has_pending").fetchone() == (True,)
    if pending:
        chunk = {**params, "limit": CHUNK, "segments": BUILDING}
        for segment_id, profile_id in _sql.run(conn, "build_segments", chunk):
            touched[segment_id].setdefault(profile_id, "build")
        _sql.run(conn, "remove_segment_rows", {"limit": CHUNK})
    return touched, pending or len(due) == TIMERS


def _hand_over(conn: Conn, touched: _Touched, now: datetime, shards: set[int]) -> None:
    """Leave the profiles of other engines' shards to them."""
    elsewhere = [
        (segment_id, profile_id)
        for segment_id, pairs in touched.items()
        for profile_id in pairs
        if shard_of(profile_id) not in shards
    ]
    if not elsewhere:
        return
    for segment_id, profile_id in elsewhere:
        del touched[segment_id][profile_id]
    values = {
        "pair_segments": [segment_id for segment_id, _ in elsewhere],
        "pair_profiles": [profile_id for _, profile_id in elsewhere],
        "shard_count": SHARDS,
        "now": now,
    }
    _sql.run(conn, "hand_over", values)
    notify(conn, WORK)


def _settle(conn: Conn, definitions: Mapping[int, Definition], touched: _Touched, now: datetime) -> list[Change]:
    """Answer the touched pairs, from the lowest level up; what changed touches the segments built on it."""
    levels: dict[int, list[Definition]] = defaultdict(list)
    for definition in definitions.values():
        levels[definition.level].append(definition)
    changes: list[Change] = []
    for level in sorted(levels):
        for family in families_of(levels[level], touched):
            for change in apply_family(conn, family, touched, now=now):
                changes.append(change)
                cause = touched[change.segment_id][change.profile_id]
                for dependent in definitions[change.segment_id].dependents:
                    touched[dependent].setdefault(change.profile_id, cause)
    return changes


def _events(
    changes: Sequence[Change], definitions: Mapping[int, Definition], touched: _Touched, now: datetime
) -> Relation:
    segments = [definitions[change.segment_id] for change in changes]
    names = {True: SystemEvent.SEGMENT_ENTERED.value, False: SystemEvent.SEGMENT_LEFT.value}
    return Relation(
        "SELECT c.workspace_id, c.profile_id, c.name, %(change_at)s::timestamptz AS occurred_at,"
        " jsonb_build_object('segment', c.segment, 'cause', c.cause) AS properties"
        " FROM unnest(%(change_workspaces)s::int[], %(change_profiles)s::bigint[], %(change_names)s::text[],"
        " %(change_segments)s::text[], %(change_causes)s::text[])"
        " AS c (workspace_id, profile_id, name, segment, cause)",
        {
            "change_at": now,
            "change_workspaces": [segment.workspace_id for segment in segments],
            "change_profiles": [change.profile_id for change in changes],
            "change_names": [names[change.entered] for change in changes],
            "change_segments": [segment.key for segment in segments],
            "change_causes": [touched[change.segment_id][change.profile_id] for change in changes],
        },
    )

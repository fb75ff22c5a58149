"""Merges with everything that hangs on them in this room and below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kesher.consent import services as consent
from kesher.events.appending import append_events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.profiles import services as profiles
from kesher.profiles.queries import relation_merged_into
from kesher.profiles.types import Merge, MergedPair

_sql = statements_of(__package__)


def merge_profiles(
    conn: Conn, *, workspace_id: int, winner_id: int, loser_id: int, reason: str, now: datetime
) -> MergedPair:
    """Merge two people with their events, summaries and consent, and log it. The rooms above move theirs when they
    see the event."""
    with conn.transaction():
        merge = profiles.merge_profiles(
            conn, workspace_id=workspace_id, winner_id=winner_id, loser_id=loser_id, reason=reason, now=now
        )
        carry_merges(conn, [merge])
        log_merges(conn, [merge], now=now)
        return merge


def undo_merge(conn: Conn, *, workspace_id: int, merge_id: int, now: datetime) -> Merge:
    """Part two merged people again, with all that each had; what came since stays with the winner. Logged for both."""
    with conn.transaction():
        merge = profiles.undo_merge(conn, workspace_id=workspace_id, merge_id=merge_id, now=now)
        consent.undo_merge(conn, winner_id=merge.winner_id, loser_id=merge.loser_id)
        params = {
            "merge_id": merge_id,
            "workspace_id": workspace_id,
            "winner_id": merge.winner_id,
            "loser_id": merge.loser_id,
            "shards": SHARDS,
        }
        _sql.run(conn, "return_events", params, origins=relation_merged_into(merge.loser_id))
        _sql.run(conn, "part_summaries", params)
        _sql.run(conn, "restore_summaries", params)
        pair = MergedPair(merge.id, workspace_id, merge.winner_id, merge.loser_id, merge.reason)
        both = [(merge.winner_id, pair), (merge.loser_id, pair)]
        append_events(conn, _merge_events(both, SystemEvent.PROFILE_MERGE_UNDONE, now), now=now)
        return merge


def carry_merges(conn: Conn, merges: Sequence[MergedPair]) -> None:
    """Give the losers' events, summaries and consent to the winners. The parties are locked."""
    for group in _without_chains(merges):
        winners, losers = [m.winner_id for m in group], [m.loser_id for m in group]
        consent.carry_merges(conn, winner_ids=winners, loser_ids=losers)
        params = {"winners": winners, "losers": losers, "merges": [m.merge_id for m in group], "shards": SHARDS}
        for statement in ("move_events", "keep_summaries", "join_summaries"):
            _sql.run(conn, statement, params)


def _without_chains(merges: Sequence[MergedPair]) -> Iterator[list[MergedPair]]:
    """The merges in their order, cut where a winner of one loses in a later: its rows have to arrive first."""
    group: list[MergedPair] = []
    for merge in merges:
        if any(merge.loser_id == earlier.winner_id for earlier in group):
            yield group
            group = []
        group.append(merge)
    if group:
        yield group


def log_merges(conn: Conn, merges: Sequence[MergedPair], *, now: datetime) -> None:
    """Log merges for their winners."""
    if merges:
        written = [(merge.winner_id, merge) for merge in merges]
        append_events(conn, _merge_events(written, SystemEvent.PROFILE_MERGED, now), now=now)


def _merge_events(merges: Sequence[tuple[int, MergedPair]], name: SystemEvent, now: datetime) -> Relation:
    return Relation(
        _sql["merge_events"].sql,
        {
            "merge_profiles": [profile_id for profile_id, _ in merges],
            "merge_names": [name.value] * len(merges),
            "merge_workspaces": [merge.workspace_id for _, merge in merges],
            "merge_winners": [merge.winner_id for _, merge in merges],
            "merge_losers": [merge.loser_id for _, merge in merges],
            "merge_ids": [merge.merge_id for _, merge in merges],
            "merge_reasons": [merge.reason for _, merge in merges],
            "merge_now": now,
        },
    )

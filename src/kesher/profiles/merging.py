"""Merges and their undoing, as far as this room's rows go; `events.services` carries the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.errors import MergeNotFound, MergeNotPossible, MergeNotUndoable, MergeTooLarge
from kesher.profiles.types import LIMITS, MAX_RELATIONS, Merge, MergedPair

_sql = statements_of(__package__)
_COLUMNS = ("traits_at", "email", "phone", "language", "timezone")


class Pair(NamedTuple):
    """A merge to be written; both parties are locked and living."""

    workspace_id: int
    winner_id: int
    loser_id: int
    reason: str


def merge_profiles(
    conn: Conn, *, workspace_id: int, winner_id: int, loser_id: int, reason: str, now: datetime
) -> MergedPair:
    """Merge two living profiles of a workspace; the limits hold here too. Call it through `events.services`."""
    with conn.transaction():
        parties = [winner_id, loser_id]
        _sql.run(conn, "lock_for_merge", {"profiles": parties})
        rows = _sql.run(conn, "read_parties", {"workspace_id": workspace_id, "profiles": parties}).fetchall()
        if len(rows) != 2 or any(merged_into or erased_at for _, merged_into, erased_at in rows):
            raise MergeNotPossible(winner_id=winner_id, loser_id=loser_id)
        _check_limits(conn, parties)
        return write_merges(conn, [Pair(workspace_id, winner_id, loser_id, reason)], now=now)[0]


def _check_limits(conn: Conn, parties: list[int]) -> None:
    totals: dict[str, int] = {}
    for _, kind, count in _sql.run(conn, "count_identifiers", {"profiles": parties}):
        totals[kind] = totals.get(kind, 0) + count
    for kind, limit in LIMITS.items():
        if totals.get(kind, 0) > limit:
            raise MergeTooLarge(kind=str(kind), limit=limit)


def write_merges(conn: Conn, pairs: Sequence[Pair], *, now: datetime) -> list[MergedPair]:
    """Write merges whose parties are locked. A winner of several takes them one after the other, so that each merge
    records the winner as it found her."""
    written: list[MergedPair] = []
    waiting = list(pairs)
    while waiting:
        winners: set[int] = set()
        turn: list[Pair] = []
        later: list[Pair] = []
        for pair in waiting:
            (later if pair.winner_id in winners else turn).append(pair)
            winners.add(pair.winner_id)
        written += _write_turn(conn, turn, now)
        waiting = later
    return written


def _write_turn(conn: Conn, pairs: Sequence[Pair], now: datetime) -> list[MergedPair]:
    params: dict[str, Any] = {
        "relations": MAX_RELATIONS,
        "winners": [pair.winner_id for pair in pairs],
        "losers": [pair.loser_id for pair in pairs],
        "reasons": [pair.reason for pair in pairs],
        "now": now,
    }
    merges = [MergedPair(*row) for row in _sql.run(conn, "insert_merges", params)]
    for statement in ("move_identifiers", "join_traits", "carry_relations", "retire_losers"):
        _sql.run(conn, statement, params)
    return merges


def undo_merge(conn: Conn, *, workspace_id: int, merge_id: int, now: datetime) -> Merge:
    """Part two merged profiles again: each has the identifiers and traits that she had, and what the winner was told
    since stays with the winner. Call it through `events.services`."""
    with conn.transaction():
        row = _sql.run(conn, "get_merge", {"workspace_id": workspace_id, "merge_id": merge_id}).fetchone()
        if row is None:
            raise MergeNotFound(merge_id=merge_id)
        merge, moved = Merge(*row[:7]), row[7]
        parties = [merge.winner_id, merge.loser_id]
        _sql.run(conn, "lock_for_merge", {"profiles": parties})
        found = {r["id"]: r for r in _as_dicts(_sql.run(conn, "read_traits", {"profiles": parties}))}
        winner, loser = found[merge.winner_id], found[merge.loser_id]
        if merge.undone_at or winner["merged_into_id"] or loser["merged_into_id"] != merge.winner_id:
            raise MergeNotUndoable(merge_id=merge_id)
        _return_identifiers(conn, merge, moved["identifiers"])
        _sql.run(conn, "restore_winner", _restored(winner, loser, moved["winner"]) | {"winner_id": merge.winner_id})
        _sql.run(conn, "return_relations", {"winner_id": merge.winner_id, "loser_id": merge.loser_id})
        _sql.run(conn, "revive_loser", {"loser_id": merge.loser_id})
        _sql.run(conn, "close_merge", {"merge_id": merge_id, "now": now})
        return replace(merge, undone_at=now)


def _return_identifiers(conn: Conn, merge: Merge, identifiers: Sequence[tuple[str, str]]) -> None:
    _sql.run(
        conn,
        "return_identifiers",
        {
            "workspace_id": merge.workspace_id,
            "winner_id": merge.winner_id,
            "loser_id": merge.loser_id,
            "kinds": [kind for kind, _ in identifiers],
            "values": [value for _, value in identifiers],
        },
    )


def _restored(winner: Mapping[str, Any], loser: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The winner with every value that is still what the merge made of it put back."""
    before = {**before, "traits_at": _instant(before["traits_at"])}
    winner_is_newer = loser["traits_at"] is None or (
        before["traits_at"] is not None and before["traits_at"] >= loser["traits_at"]
    )
    older, newer = (loser, before) if winner_is_newer else (before, loser)
    merged = {column: newer[column] if newer[column] is not None else older[column] for column in _COLUMNS}
    restored = {c: before[c] if winner[c] == merged[c] else winner[c] for c in _COLUMNS}
    now, made, was = winner["traits"], {**older["traits"], **newer["traits"]}, before["traits"]
    traits = {}
    for name in now.keys() | was.keys():
        source = was if now.get(name) == made.get(name) else now
        if name in source:
            traits[name] = source[name]
    return {**restored, "traits": Jsonb(traits)}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text is not None else None


def _as_dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]

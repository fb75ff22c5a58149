"""Holding profiles against merges, so that no row written for them is left behind."""

from __future__ import annotations

from collections.abc import Collection

from psycopg.errors import SerializationFailure

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def hold_profiles(conn: Conn, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Hold the profiles named as (workspace, profile) until the transaction ends, and say where each lives: itself,
    or the survivor of its merges. Those of another workspace, erased, or unknown are not in the answer."""
    living: dict[tuple[int, int], int] = {}
    asked = {pair: pair[1] for pair in wanted}
    while asked:
        rows = _sql.run(conn, "hold_profiles", {"profiles": list(set(asked.values()))})
        found = {(workspace_id, id): merged_into_id for id, workspace_id, merged_into_id in rows}
        following: dict[tuple[int, int], int] = {}
        for pair, profile_id in asked.items():
            merged_into_id = found.get((pair[0], profile_id), profile_id)
            if merged_into_id is None:
                living[pair] = profile_id
            elif merged_into_id != profile_id:
                following[pair] = merged_into_id
        asked = following
    return living


def hold_survivors(conn: Conn, profile_ids: Collection[int]) -> None:
    """Hold profiles that were found by following merges without a lock. SerializationFailure when one of them was
    merged in that very moment: the transaction is to be tried again."""
    for _, _, merged_into_id in _sql.run(conn, "hold_profiles", {"profiles": list(profile_ids)}):
        if merged_into_id is not None:
            raise SerializationFailure("a profile was merged while rows were written for it")

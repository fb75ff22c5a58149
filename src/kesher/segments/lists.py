"""Lists: who is on one is decided by hand, and every change is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from kesher.events.services import append_events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.segments.definitions import check_key
from kesher.segments.errors import ListExists, ListInUse, ListNotFound
from kesher.segments.registry import users_of
from kesher.segments.types import ListRow

_sql = statements_of(__package__)
CHUNK = 2_000


def create_list(conn: Conn, *, workspace_id: int, key: str, name: Text, now: datetime) -> ListRow:
    """Create an empty list."""
    check_key(key)
    values = {"workspace_id": workspace_id, "key": key, "name": Jsonb(name.as_dict()), "now": now}
    row = _sql.run(conn, "write_list", values).fetchone()
    if row is None:
        raise ListExists(key=key)
    return ListRow(*row)


def rename_list(conn: Conn, *, workspace_id: int, key: str, name: Text) -> ListRow:
    """Call a list otherwise; its key stays."""
    values = {"workspace_id": workspace_id, "key": key, "name": Jsonb(name.as_dict())}
    row = _sql.run(conn, "rename_list", values).fetchone()
    if row is None:
        raise ListNotFound(key=key)
    return ListRow(*row)


def delete_list(conn: Conn, *, workspace_id: int, key: str) -> None:
    """Delete a list that nothing uses; the people stay, and no event tells of them. `clear_deleted_lists` removes its
    rows in the background, since nobody finds them any more."""
    with conn.transaction():
        # The same lock as saving a segment: none can begin to ask for the list meanwhile.
        _sql.run(conn, "lock_definitions")
        asked = {"workspace_id": workspace_id, "kind": "list", "key": key}
        users = [row[0] for row in _sql.run(conn, "list_users", asked)]
        users += users_of(conn, "list", workspace_id, key)
        if users:
            raise ListInUse(key=key, users=", ".join(users))
        if _sql.run(conn, "delete_list", {"workspace_id": workspace_id, "key": key}).fetchone() is None:
            raise ListNotFound(key=key)


def clear_deleted_lists(conn: Conn) -> int:
    """Remove the rows that deleted lists left, in chunks; how many."""
    removed = 0
    while chunk := _sql.run(conn, "clear_deleted_lists", {"limit": CHUNK}).rowcount:
        removed += chunk
    return removed


def count_list_members(conn: Conn, *, workspace_id: int, key: str | None = None) -> dict[str, int]:
    """How many living people are on each list of the workspace, or on the one of a key."""
    values = {"workspace_id": workspace_id, "key": key}
    return dict(_sql.run(conn, "count_list_members", values).fetchall())


def get_list(conn: Conn, *, workspace_id: int, key: str) -> ListRow:
    """The list of a key."""
    row = _sql.run(conn, "list_lists", {"workspace_id": workspace_id, "key": key}).fetchone()
    if row is None:
        raise ListNotFound(key=key)
    return ListRow(*row)


def list_lists(conn: Conn, *, workspace_id: int) -> list[ListRow]:
    """The workspace's lists by key."""
    return [ListRow(*row) for row in _sql.run(conn, "list_lists", {"workspace_id": workspace_id, "key": None})]


def list_profile_lists(conn: Conn, *, workspace_id: int, profile_id: int) -> dict[str, datetime]:
    """The lists that a profile is on, by key, with the time it was put on each."""
    values = {"workspace_id": workspace_id, "profile_id": profile_id}
    return dict(_sql.run(conn, "list_profile_lists", values).fetchall())


def add_to_list(conn: Conn, profiles: Relation, *, workspace_id: int, key: str, now: datetime) -> int:
    """Put the people of a relation (`profile_id bigint`) on a list; how many were not on it yet."""
    return _change(
        conn, "insert_members", SystemEvent.LIST_JOINED, profiles, workspace_id=workspace_id, key=key, now=now
    )


def remove_from_list(conn: Conn, profiles: Relation, *, workspace_id: int, key: str, now: datetime) -> int:
    """Take the people of a relation (`profile_id bigint`) off a list; how many were on it."""
    return _change(conn, "delete_members", SystemEvent.LIST_LEFT, profiles, workspace_id=workspace_id, key=key, now=now)


def _change(
    conn: Conn,
    statement: str,
    event: SystemEvent,
    profiles: Relation,
    *,
    workspace_id: int,
    key: str,
    now: datetime,
) -> int:
    target = get_list(conn, workspace_id=workspace_id, key=key)
    ids = [row[0] for row in _sql.run(conn, "read_profile_ids", profiles=profiles)]
    changed = 0
    for start in range(0, len(ids), CHUNK):
        values = {
            "profiles": ids[start : start + CHUNK],
            "list_id": target.id,
            "workspace_id": workspace_id,
            "shard_count": SHARDS,
            "now": now,
        }
        with conn.transaction():
            _sql.run(conn, "hold_profiles", values)
            moved = [row[0] for row in _sql.run(conn, statement, values)]
            if moved:
                append_events(conn, _events(target, event, moved, now), now=now)
        changed += len(moved)
    return changed


def _events(target: ListRow, event: SystemEvent, profiles: Sequence[int], now: datetime) -> Relation:
    return Relation(
        "SELECT %(list_workspace)s::int AS workspace_id, u.profile_id, %(list_event)s::text AS name,"
        " %(list_at)s::timestamptz AS occurred_at, jsonb_build_object('list', %(list_key)s::text) AS properties"
        " FROM unnest(%(list_profiles)s::bigint[]) AS u (profile_id)",
        {
            "list_workspace": target.workspace_id,
            "list_event": event.value,
            "list_at": now,
            "list_key": target.key,
            "list_profiles": list(profiles),
        },
    )

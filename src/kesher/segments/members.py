"""Who is in what, and who would be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.segments.definitions import get_segment
from kesher.segments.everybody import compile_everybody
from kesher.segments.lists import get_list
from kesher.segments.types import MemberRow, Rule

_sql = statements_of(__package__)


def next_timer(conn: Conn, shards: Sequence[int]) -> datetime | None:
    """When the next membership of these shards may change although nothing happens."""
    row = _sql.run(conn, "next_timer", {"shards": list(shards)}).fetchone()
    return None if row is None else row[0]


def relation_matching(rule: Rule, *, workspace_id: int, now: datetime) -> Relation:
    """The living profiles for whom the rule holds at `now`: `profile_id bigint`."""
    everybody = compile_everybody(rule, workspace_id=workspace_id, now=now, prefix="m")
    return Relation(everybody.sql, everybody.params)


def count_matching(conn: Conn, rule: Rule, *, workspace_id: int, now: datetime) -> int:
    """For how many profiles the rule holds at `now`, whether it is saved or not."""
    matching = relation_matching(rule, workspace_id=workspace_id, now=now)
    row = conn.execute(f"SELECT count(*) FROM ({matching.sql}) AS m", matching.params).fetchone()
    assert row is not None
    return int(row[0])


def relation_members(segment_id: int) -> Relation:
    """The members of a segment: `profile_id bigint`."""
    return Relation(
        "SELECT m.profile_id FROM segments_membership m WHERE m.segment_id = %(members_of)s::bigint",
        {"members_of": segment_id},
    )


def list_members(conn: Conn, *, workspace_id: int, key: str, after: int = 0, limit: int = 100) -> list[MemberRow]:
    """A page of a segment's members, by profile id after `after`."""
    segment = get_segment(conn, workspace_id=workspace_id, key=key)
    page = {"segment_id": segment.id, "after": after, "limit": limit}
    return [MemberRow(*row) for row in _sql.run(conn, "list_members", page)]


def list_list_members(conn: Conn, *, workspace_id: int, key: str, after: int = 0, limit: int = 100) -> list[MemberRow]:
    """A page of a list's living members, by profile id after `after`."""
    target = get_list(conn, workspace_id=workspace_id, key=key)
    page = {"list_id": target.id, "after": after, "limit": limit}
    return [MemberRow(*row) for row in _sql.run(conn, "list_list_members", page)]


def count_members(conn: Conn, *, workspace_id: int) -> dict[str, int]:
    """How many profiles are in each segment of the workspace, by key."""
    return dict(_sql.run(conn, "count_members", {"workspace_id": workspace_id}).fetchall())


def list_profile_segments(conn: Conn, *, workspace_id: int, profile_id: int) -> dict[str, datetime]:
    """The segments that a profile is in, by key, with the time it entered each."""
    values = {"workspace_id": workspace_id, "profile_id": profile_id}
    return dict(_sql.run(conn, "list_profile_segments", values).fetchall())

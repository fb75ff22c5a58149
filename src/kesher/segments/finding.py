"""A page of the people for whom a rule holds, the newest first, whether the rule is saved or not."""

from __future__ import annotations

import time
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.profiles.queries import relation_found
from kesher.segments.compiling import compile_rule
from kesher.segments.everybody import compile_everybody
from kesher.segments.previewing import HASHED, SECONDS, bounded
from kesher.segments.types import Rule

_FIRST_LOOK = 2_000
_GROWTH = 4


def list_matching(
    conn: Conn,
    rule: Rule,
    *,
    workspace_id: int,
    now: datetime,
    text: str = "",
    before_id: int | None = None,
    limit: int = 50,
    seconds: float = SECONDS,
) -> list[int]:
    """The newest profiles below `before_id` for whom the rule holds at `now` and whom the text finds; RuleTooSlow when
    it takes longer than `seconds`.

    Of the newest few thousand each is asked, which fills a page for a rule that holds for many. For one that holds for
    few, everybody is asked at once; with a text, more and more of those whom it finds.
    """
    compiled = compile_rule(rule, workspace_id=workspace_id, now=now, prefix="m").holds
    found: list[int] = []
    look, deadline = _FIRST_LOOK, time.monotonic() + seconds
    while len(found) < limit:
        seen = relation_found(workspace_id=workspace_id, text=text, before_id=before_id, limit=look)
        statement = (
            f"WITH seen AS MATERIALIZED ({seen.sql}) SELECT (SELECT count(*) FROM seen), (SELECT min(profile_id) FROM"
            " seen), ARRAY(SELECT p.id FROM seen s JOIN profiles_profile p ON p.id = s.profile_id"
            f" WHERE {compiled.sql} ORDER BY p.id DESC LIMIT %(m_limit)s::int)"
        )
        wanted = limit - len(found)
        with bounded(conn, max(0.001, deadline - time.monotonic())):
            row = conn.execute(statement, {**seen.params, **compiled.params, "m_limit": wanted}).fetchone()
        assert row is not None
        looked, before_id, more = row
        found += more
        if looked < look:
            break
        if len(found) < limit and not text.strip():
            return found + _of_everybody(conn, rule, workspace_id, now, before_id, limit - len(found), deadline)
        look *= _GROWTH
    return found


def _of_everybody(
    conn: Conn, rule: Rule, workspace_id: int, now: datetime, before_id: int, limit: int, deadline: float
) -> list[int]:
    everybody = compile_everybody(rule, workspace_id=workspace_id, now=now, prefix="m")
    statement = (
        f"SELECT m.profile_id FROM ({everybody.sql}) AS m WHERE m.profile_id < %(m_before)s::bigint"
        " ORDER BY m.profile_id DESC LIMIT %(m_limit)s::int"
    )
    with bounded(conn, max(0.001, deadline - time.monotonic()), loops=HASHED):
        rows = conn.execute(statement, {**everybody.params, "m_before": before_id, "m_limit": limit})
        return [row[0] for row in rows]

"""Erasing people: the law's right to be forgotten (GDPR art. 17; Israel's Privacy Protection Law, 1981, section 14).

In one transaction the person, her consent and her history lose all that says who she was; the `Profile Erased` event
tells the rooms above, which do the same with their rows in the next tick; the lake forgets her when it is tended.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from kesher.consent import services as consent
from kesher.events.appending import append_events
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles import services as profiles

_sql = statements_of(__package__)
CHUNK = 100
"""People erased in one transaction."""


def erase_profiles(conn: Conn, people: Relation, *, workspace_id: int, now: datetime) -> int:
    """Erase the people of a relation (`profile_id bigint`), each with all profiles that were merged into hers; how
    many. Those who are erased already, of another workspace, or unknown are left out."""
    ids = [row[0] for row in _sql.run(conn, "read_people", profiles=people)]
    erased = 0
    for start in range(0, len(ids), CHUNK):
        with conn.transaction():
            whole = profiles.hold_whole_people(conn, ids[start : start + CHUNK], workspace_id=workspace_id)
            if whole:
                _erase(conn, whole, workspace_id, now)
            erased += len(whole)
    return erased


def _erase(conn: Conn, people: Mapping[int, Sequence[int]], workspace_id: int, now: datetime) -> None:
    every = [profile_id for each in people.values() for profile_id in each]
    values = {"profiles": every, "workspace_id": workspace_id, "now": now}
    consent.erase_people(conn, every, now=now)
    for statement in ("queue_erasure", "erase_events", "erase_merged_summaries"):
        _sql.run(conn, statement, values)
    profiles.erase_people(conn, every, workspace_id=workspace_id, now=now)
    append_events(conn, _events(people, workspace_id, now), now=now)
    _sql.run(conn, "erase_summaries", values)


def _events(people: Mapping[int, Sequence[int]], workspace_id: int, now: datetime) -> Relation:
    return Relation(
        _sql["erasure_events"].sql,
        {
            "erase_now": now,
            "erase_workspaces": [workspace_id] * len(people),
            "erase_people": list(people),
            "erase_profiles": [json.dumps(list(each)) for each in people.values()],
        },
    )

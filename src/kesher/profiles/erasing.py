"""Erasing people, as far as this room's rows go; `events.services` carries the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def hold_whole_people(conn: Conn, profile_ids: Sequence[int], *, workspace_id: int) -> dict[int, list[int]]:
    """Lock people with all that was ever merged into them: where each lives, and the profiles that she is. Those who
    are erased, of another workspace, or unknown are not in the answer."""
    values = {"profiles": list(profile_ids), "workspace_id": workspace_id}
    held: set[int] = set()
    while True:
        people: dict[int, list[int]] = {}
        for person_id, profile_id in _sql.run(conn, "find_whole_people", values):
            people.setdefault(person_id, []).append(profile_id)
        wanted = {profile_id for each in people.values() for profile_id in each}
        if wanted <= held:
            return people
        _sql.run(conn, "lock_for_merge", {"profiles": sorted(wanted)})
        held |= wanted


def erase_people(conn: Conn, profile_ids: Sequence[int], *, workspace_id: int, now: datetime) -> None:
    """Remove all that says who these profiles were. They are locked (`hold_whole_people`); call it through
    `events.services.erase_profiles`."""
    values = {"profiles": list(profile_ids), "workspace_id": workspace_id, "now": now}
    _sql.run(conn, "erase_identities", values)
    _sql.run(conn, "erase_relations", values)
    _sql.run(conn, "erase_profiles", values)

"""All that is known of a person, for herself (GDPR art. 15 and 20): this room's part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.errors import ProfileNotFound

_sql = statements_of(__package__)


def list_whole_person(conn: Conn, *, workspace_id: int, profile_id: int) -> list[int]:
    """The profiles that are one person with this one, the living one first; ProfileNotFound when she was erased."""
    values = {"profiles": [profile_id], "workspace_id": workspace_id}
    found = _sql.run(conn, "find_whole_people", values).fetchall()
    if not found:
        raise ProfileNotFound(profile_id=profile_id)
    return sorted((each for _, each in found), key=lambda each: (each != found[0][0], each))


def export_person(conn: Conn, profile_ids: Sequence[int]) -> dict[str, Any]:
    """Who the person is: `profiles`, `identifiers`, `merges`, and the `objects` to which she belongs."""
    values = {"profiles": list(profile_ids)}
    return {
        "profiles": _sql.records(conn, "export_profiles", values),
        "identifiers": _sql.records(conn, "export_identifiers", values),
        "merges": _sql.records(conn, "export_merges", values),
        "objects": _sql.records(conn, "export_relations", values),
    }

"""Who belongs to what, and who is told when it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.profiles.types import MAX_RELATIONS, ObjectNews, RelationChange, RelationClaim

_sql = statements_of(__package__)
CHUNK = 2_000
"""People told of changes in one transaction."""
OBJECTS = 100
"""Objects whose changes are told at once."""


def relate_people(conn: Conn, claims: Sequence[RelationClaim], *, now: datetime) -> list[RelationChange]:
    """Relate people to objects, or change their role; what changed, and who was refused for having too many.

    The people are held against merges by the caller; call it through `events.services`, which logs it.
    """
    if not claims:
        return []
    values = {
        "profiles": [claim.profile_id for claim in claims],
        "objects": [claim.object_id for claim in claims],
        "roles": [claim.role for claim in claims],
        "attributes": [
            None if claim.attributes is None else msgspec.json.encode(claim.attributes).decode() for claim in claims
        ],
        "limit": MAX_RELATIONS,
        "shards": SHARDS,
        "now": now,
    }
    return [
        RelationChange(profile_id, object_id, role or "", refused=not fits)
        for profile_id, object_id, role, fits in _sql.run(conn, "write_relations", values)
    ]


def part_people(conn: Conn, profile_ids: Sequence[int], *, object_id: int) -> list[tuple[int, str]]:
    """Part people from an object; who belonged to it, in which role. Held and logged as in `relate_people`."""
    values = {"profiles": list(profile_ids), "object_id": object_id}
    return _sql.run(conn, "delete_relations", values).fetchall()


def has_object_news(conn: Conn) -> bool:
    """Whether people are still to be told of changes of their objects."""
    return _sql.run(conn, "has_object_changes").fetchone() == (True,)


def claim_object_news(conn: Conn) -> list[ObjectNews]:
    """The next people who are to be told of changes of their objects, each once a change. Inside the transaction that
    tells them; another transaction's are left to it."""
    return [
        ObjectNews(workspace_id, profile_id, kind, key, role, changes, at)
        for workspace_id, profile_id, kind, key, role, changes, at in _sql.run(
            conn, "claim_object_changes", {"limit": CHUNK, "objects": OBJECTS}
        )
    ]


def count_refused(conn: Conn, refused: Iterable[tuple[int, str]]) -> None:
    """Count, by workspace and kind, what was left out for a limit or did not fit."""
    counts = Counter(refused)
    if counts:
        values = {
            "workspaces": [workspace_id for workspace_id, _ in counts],
            "kinds": [kind for _, kind in counts],
            "counts": list(counts.values()),
        }
        _sql.run(conn, "count_refused_objects", values)

"""Objects as they are read: kinds, objects, their people, and the objects of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches

from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.profiles.errors import ObjectKindUnknown, ObjectNotFound
from kesher.profiles.identifiers import clean_id
from kesher.profiles.types import ObjectKindView, ObjectPerson, ObjectView, RelatedObject

_sql = statements_of(__package__)
clean_object_key = clean_id
"""An object's key without the white space around it; None for a placeholder such as `null`, which names nothing."""


def list_object_kinds(conn: Conn, *, workspace_id: int) -> list[ObjectKindView]:
    """The kinds of objects that a workspace has, by key."""
    rows = _sql.run(conn, "list_object_kinds", {"workspaces": [workspace_id]})
    return [ObjectKindView(*row[1:]) for row in rows]


def check_object_kind(conn: Conn, *, workspace_id: int, kind: str) -> None:
    """ObjectKindUnknown, with the nearest, unless the workspace has objects of such a kind."""
    known = [each.key for each in list_object_kinds(conn, workspace_id=workspace_id)]
    if kind not in known:
        near = get_close_matches(kind, known, n=1, cutoff=0.5)
        hints = [Text(en=f"Did you mean “{key}”?", he=f"הכוונה ל”{key}“?") for key in near]
        raise ObjectKindUnknown(kind=kind, problems=tuple(Problem("kind", hint) for hint in hints))


def list_attributes(conn: Conn, *, workspace_id: int, kind: str) -> frozenset[str]:
    """The attributes that the latest of a kind's objects have."""
    return frozenset(row[0] for row in _sql.run(conn, "list_attributes", {"workspace_id": workspace_id, "kind": kind}))


def get_object(conn: Conn, *, workspace_id: int, kind: str, key: str) -> ObjectView:
    """An object of the workspace; ObjectNotFound otherwise."""
    row = _sql.run(conn, "get_object", {"workspace_id": workspace_id, "kind": kind, "key": key}).fetchone()
    if row is None:
        raise ObjectNotFound(kind=kind, key=key)
    return ObjectView(*row)


def list_objects(
    conn: Conn, *, workspace_id: int, kind: str, text: str = "", after: str = "", limit: int = 50
) -> list[ObjectView]:
    """Objects of a kind by key, after a key: all, or those of that key or with a part of that name."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "workspace_id": workspace_id,
        "kind": kind,
        "text": text.strip(),
        "pattern": f"%{escaped}%",
        "after": after,
        "limit": limit,
    }
    return [ObjectView(*row) for row in _sql.run(conn, "list_objects", values)]


def list_object_people(conn: Conn, *, object_id: int, after: int = 0, limit: int = 50) -> list[ObjectPerson]:
    """The living people of an object, by profile, after a profile."""
    rows = _sql.run(conn, "list_object_people", {"object_id": object_id, "after": after, "limit": limit})
    return [ObjectPerson(*row) for row in rows]


def list_related_objects(conn: Conn, profile_ids: Sequence[int]) -> dict[int, list[RelatedObject]]:
    """What people belong to, by profile, the earliest relation first; who belongs to nothing is left out."""
    found: dict[int, list[RelatedObject]] = defaultdict(list)
    for profile_id, *row in _sql.run(conn, "load_relations", {"profiles": list(profile_ids)}):
        found[profile_id].append(RelatedObject(*row))
    return found

"""What people belong to: companies and other objects, made by use, told their attributes in the order of time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.kernel.wake import WORK, notify
from kesher.profiles.errors import ObjectKindInvalid, ObjectNotFound, TooManyObjectKinds
from kesher.profiles.traits import DoesNotFit, name_fits, plain_json
from kesher.profiles.types import MAX_ATTRIBUTES, MAX_KINDS, ObjectUpdate

_sql = statements_of(__package__)
_KIND = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_encode = msgspec.json.encode

_Name = tuple[int, str, str]
"""Workspace, kind, key."""


@dataclass(frozen=True, slots=True)
class ObjectsApplied:
    """The object of each update (None: there was no room for its kind), and the updates of which something did not
    fit, by position."""

    ids: Sequence[int | None]
    refused: frozenset[int]


def is_kind(text: str) -> bool:
    """Whether a text can be the key of a kind of objects."""
    return _KIND.fullmatch(text) is not None


def save_object_kind(conn: Conn, *, workspace_id: int, key: str, name: Text, plural: Text, now: datetime) -> None:
    """Declare a kind of objects, or name one that is in use. ObjectKindInvalid, TooManyObjectKinds."""
    if not is_kind(key):
        raise ObjectKindInvalid
    with conn.transaction():
        known = {row[1] for row in _sql.run(conn, "list_object_kinds", {"workspaces": [workspace_id]})}
        if key not in known and len(known) >= MAX_KINDS:
            raise TooManyObjectKinds(kind=key, limit=MAX_KINDS)
        names = {"name": Jsonb(name.as_dict()), "plural": Jsonb(plural.as_dict())}
        _sql.run(conn, "write_object_kind", {"workspace_id": workspace_id, "key": key, "now": now, **names})


def remove_object(conn: Conn, *, workspace_id: int, kind: str, key: str, now: datetime) -> int:
    """Remove an object: no rule finds it from now on, and its people are told in chunks; its id. ObjectNotFound."""
    values = {"workspace_id": workspace_id, "kind": kind, "key": key, "now": now}
    row = _sql.run(conn, "remove_object", values).fetchone()
    if row is None:
        raise ObjectNotFound(kind=kind, key=key)
    notify(conn, WORK)
    return int(row[0])


def apply_objects(conn: Conn, updates: Sequence[ObjectUpdate], *, now: datetime) -> ObjectsApplied:
    """Make the objects that are new and tell all their attributes, a few statements whatever their number.

    An update older than what the object was last told fills only what is missing. What changed is queued for the
    object's people (`claim_object_news`). Inside the caller's transaction.
    """
    wanted = list(dict.fromkeys((u.workspace_id, u.kind, u.key) for u in updates))
    kinds = _learn_kinds(conn, {(workspace_id, kind) for workspace_id, kind, _ in wanted}, now)
    ids = _make(conn, [name for name in wanted if name[:2] in kinds], now)
    owners = [ids.get((u.workspace_id, u.kind, u.key)) for u in updates]
    telling = [n for n, u in enumerate(updates) if owners[n] is not None and (u.attributes or u.whole)]
    refused = _tell(conn, [(n, owners[n] or 0, updates[n]) for n in telling], now) if telling else set()
    refused |= {n for n, owner in enumerate(owners) if owner is None}
    return ObjectsApplied(owners, frozenset(refused))


def _learn_kinds(conn: Conn, wanted: set[tuple[int, str]], now: datetime) -> set[tuple[int, str]]:
    known = {(row[0], row[1]) for row in _sql.run(conn, "list_object_kinds", {"workspaces": [w for w, _ in wanted]})}
    room = Counter(workspace_id for workspace_id, _ in known)
    new = []
    for workspace_id, kind in sorted(wanted - known):
        if room[workspace_id] < MAX_KINDS and is_kind(kind):
            room[workspace_id] += 1
            new.append((workspace_id, kind))
    if new:
        values = {"workspaces": [w for w, _ in new], "kinds": [kind for _, kind in new], "now": now}
        _sql.run(conn, "learn_object_kinds", values)
    return known | set(new)


def _make(conn: Conn, names: Sequence[_Name], now: datetime) -> dict[_Name, int]:
    ids = _find(conn, names)
    new = [name for name in names if name not in ids]
    if new:
        _sql.run(conn, "insert_objects", {**_columns(new), "now": now})
        ids |= _find(conn, new)
    return ids


def _find(conn: Conn, names: Sequence[_Name]) -> dict[_Name, int]:
    return {names[position - 1]: id for position, id in _sql.run(conn, "find_objects", _columns(names))}


def _columns(names: Sequence[_Name]) -> dict[str, list[Any]]:
    return {
        "workspaces": [workspace_id for workspace_id, _, _ in names],
        "kinds": [kind for _, kind, _ in names],
        "keys": [key for _, _, key in names],
    }


@dataclass(slots=True)
class _Told:
    """An object's attributes while updates are folded into them."""

    at: datetime
    before: Mapping[str, Any]
    now: dict[str, Any]


def _tell(conn: Conn, updates: Sequence[tuple[int, int, ObjectUpdate]], now: datetime) -> set[int]:
    """Fold the updates (position, object, update) in the order of time and write what came of them; the positions of
    those of which something did not fit."""
    rows = _sql.run(conn, "lock_objects", {"objects": list({id for _, id, _ in updates})})
    told = {}
    for id, at, text in rows:
        stored = msgspec.json.decode(text)
        told[id] = _Told(at or _LONG_AGO, stored, dict(stored))
    refused = {
        position
        for position, id, update in sorted(updates, key=lambda each: each[2].at)
        if id in told and not _fold(told[id], update)
    }
    _write(conn, told, now)
    return refused


def _fold(told: _Told, update: ObjectUpdate) -> bool:
    """Whether all of it fitted; together with too much of it nothing is taken."""
    late, fitted, after = update.at < told.at, True, dict(told.now)
    for name in after.keys() - update.attributes.keys() if update.whole and not late else ():
        del after[name]
    for name, value in update.attributes.items():
        try:
            kept = plain_json(value)
        except DoesNotFit:
            kept, fitted = after.get(name), False
        if not name_fits(name):
            fitted = False
        elif kept is not None:
            after[name] = after.get(name, kept) if late else kept
        elif value is None and not late:
            after.pop(name, None)
    if len(_encode(after)) > MAX_ATTRIBUTES:
        return False
    told.now, told.at = after, max(told.at, update.at)
    return fitted


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`{"from": …, "to": …}` of each attribute that differs; None is none."""
    return {
        name: {"from": before.get(name), "to": after.get(name)}
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _write(conn: Conn, told: Mapping[int, _Told], now: datetime) -> None:
    changes = [changes_between(each.before, each.now) for each in told.values()]
    values = {
        "objects": list(told),
        "attributes": [_encode(each.now).decode() for each in told.values()],
        "ats": [each.at for each in told.values()],
        "changes": [_encode(each).decode() if each else None for each in changes],
        "now": now,
    }
    _sql.run(conn, "write_objects", values)
    if any(changes):
        notify(conn, WORK)

"""Companies and other objects, with the events of their people: who came to belong, who was parted, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from kesher.events.appending import append_events
from kesher.events.types import EventType, IncomingEvent, SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles import services as profiles
from kesher.profiles.errors import (
    ObjectKeyInvalid,
    ObjectKindInvalid,
    ObjectTooLarge,
    TooManyObjectKinds,
    TooManyRelations,
)
from kesher.profiles.queries import clean_object_key, get_object, is_kind
from kesher.profiles.types import (
    MAX_ATTRIBUTES,
    MAX_KINDS,
    MAX_RELATIONS,
    ObjectUpdate,
    ObjectView,
    RelationClaim,
)

_sql = statements_of(__package__)
CHUNK = 2_000
"""People related or parted in one transaction."""


class ObjectEvent(NamedTuple):
    """What a person is told of an object: `said` becomes the properties beside its kind and key."""

    workspace_id: int
    profile_id: int
    name: SystemEvent
    at: datetime
    kind: str
    key: str
    said: Mapping[str, Any]


def save_object(
    conn: Conn,
    *,
    workspace_id: int,
    kind: str,
    key: str,
    attributes: Mapping[str, Any],
    now: datetime,
    whole: bool = False,
) -> ObjectView:
    """Make an object or tell it attributes (a null removes one); `whole`: they are all that it has. Its people are told
    in chunks by the engine. ObjectKeyInvalid, ObjectKindInvalid, TooManyObjectKinds, ObjectTooLarge."""
    if not is_kind(kind):
        raise ObjectKindInvalid
    if clean_object_key(key) != key:
        raise ObjectKeyInvalid(key=key[:60])
    with conn.transaction():
        update = ObjectUpdate(workspace_id, kind, key, attributes, now, whole)
        applied = profiles.apply_objects(conn, [update], now=now)
        if applied.ids[0] is None:
            raise TooManyObjectKinds(kind=kind, limit=MAX_KINDS)
        if applied.refused:
            raise ObjectTooLarge(key=key, limit=MAX_ATTRIBUTES)
        return get_object(conn, workspace_id=workspace_id, kind=kind, key=key)


def remove_object(conn: Conn, *, workspace_id: int, kind: str, key: str, now: datetime) -> None:
    """Remove an object; its people are parted from it and told in chunks by the engine. ObjectNotFound."""
    with conn.transaction():
        profiles.remove_object(conn, workspace_id=workspace_id, kind=kind, key=key, now=now)


def relate_people(
    conn: Conn,
    people: Relation,
    *,
    workspace_id: int,
    kind: str,
    key: str,
    now: datetime,
    role: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> int:
    """Relate the people of a relation (`profile_id bigint`) to an object, or give them another role; how many were not
    related so. A role or attributes that are None stay as they are. ObjectNotFound, TooManyRelations."""
    target = get_object(conn, workspace_id=workspace_id, kind=kind, key=key)
    changed = 0
    for ids in _chunks(conn, people):
        with conn.transaction():
            living = profiles.hold_profiles(conn, [(workspace_id, id) for id in ids]).values()
            claims = [RelationClaim(id, target.id, role, attributes) for id in sorted(set(living))]
            changes = profiles.relate_people(conn, claims, now=now)
            full = [change.profile_id for change in changes if change.refused]
            if full:
                raise TooManyRelations(limit=MAX_RELATIONS, profiles=", ".join(map(str, full[:10])))
            told = [(change.profile_id, change.role) for change in changes]
            append_object_events(conn, _about(target, SystemEvent.OBJECT_RELATED, told, now), now=now)
            changed += len(changes)
    return changed


def unrelate_people(conn: Conn, people: Relation, *, workspace_id: int, kind: str, key: str, now: datetime) -> int:
    """Part the people of a relation (`profile_id bigint`) from an object; how many belonged to it. ObjectNotFound."""
    target = get_object(conn, workspace_id=workspace_id, kind=kind, key=key)
    parted = 0
    for ids in _chunks(conn, people):
        with conn.transaction():
            living = profiles.hold_profiles(conn, [(workspace_id, id) for id in ids]).values()
            gone = profiles.part_people(conn, sorted(set(living)), object_id=target.id)
            append_object_events(conn, _about(target, SystemEvent.OBJECT_UNRELATED, gone, now), now=now)
            parted += len(gone)
    return parted


def _chunks(conn: Conn, people: Relation) -> Iterator[list[int]]:
    ids = [row[0] for row in _sql.run(conn, "read_people", profiles=people)]
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _about(target: ObjectView, name: SystemEvent, people: Sequence[tuple[int, str]], at: datetime) -> list[ObjectEvent]:
    return [
        ObjectEvent(target.workspace_id, id, name, at, target.kind, target.key, {"role": role}) for id, role in people
    ]


def tell_object_changes(conn: Conn, *, now: datetime) -> bool:
    """Log what changed of objects for the next of their people, a few thousand at a time; True when there was something
    to tell, so that more may be to do at once. Inside the tick."""
    if not profiles.has_object_news(conn):
        return False
    news = [
        ObjectEvent(
            each.workspace_id,
            each.profile_id,
            SystemEvent.OBJECT_UNRELATED if each.changes is None else SystemEvent.OBJECT_CHANGED,
            min(each.at, now),
            each.kind,
            each.key,
            {"role": each.role} if each.changes is None else {"role": each.role, "changes": each.changes},
        )
        for each in profiles.claim_object_news(conn)
    ]
    append_object_events(conn, news, now=now)
    return True


def apply_groups(
    conn: Conn, events: Sequence[IncomingEvent], profile_ids: Sequence[int | None], *, now: datetime
) -> list[ObjectEvent]:
    """What group calls say of objects and of who belongs to them, within an ingest: the events to be logged after the
    calls. What is over a limit, or does not fit, is left out and counted with its kind."""
    calls = [
        (event, profile_id, key)
        for event, profile_id in zip(events, profile_ids, strict=True)
        if event.type == EventType.GROUP and profile_id is not None and (key := clean_object_key(event.group_id))
    ]
    if not calls:
        return []
    updates = [
        ObjectUpdate(event.workspace_id, event.group_kind, key, event.traits or {}, event.occurred_at)
        for event, _, key in calls
    ]
    applied = profiles.apply_objects(conn, updates, now=now)
    told = {(id, who): update for id, update, (_, who, _) in zip(applied.ids, updates, calls, strict=True)}
    claims = [
        RelationClaim(profile_id, id, event.group_role)
        for id, (event, profile_id, _) in zip(applied.ids, calls, strict=True)
        if id is not None
    ]
    changes = profiles.relate_people(conn, claims, now=now)
    refused = [updates[position] for position in applied.refused]
    refused += [told[change.object_id, change.profile_id] for change in changes if change.refused]
    profiles.count_refused(conn, [(update.workspace_id, update.kind) for update in refused])
    return [
        ObjectEvent(u.workspace_id, c.profile_id, SystemEvent.OBJECT_RELATED, u.at, u.kind, u.key, {"role": c.role})
        for c in changes
        if not c.refused and (u := told[c.object_id, c.profile_id])
    ]


def append_object_events(conn: Conn, events: Sequence[ObjectEvent], *, now: datetime) -> None:
    """Log what people are told of objects."""
    if events:
        values = {
            "object_workspaces": [event.workspace_id for event in events],
            "object_profiles": [event.profile_id for event in events],
            "object_names": [event.name.value for event in events],
            "object_ats": [event.at for event in events],
            "object_said": [
                msgspec.json.encode({"kind": event.kind, "key": event.key, **event.said}).decode() for event in events
            ],
        }
        append_events(conn, Relation(_sql["object_events"].sql, values), now=now)

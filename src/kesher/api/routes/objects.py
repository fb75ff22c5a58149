"""Companies and other objects: their kinds, their attributes, and who belongs to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from ninja import Query
from pydantic import Field

from kesher.api.living import living_people
from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, LocalText, Out, PathId, PathKey
from kesher.events import services as events
from kesher.kernel.text import Text
from kesher.profiles import queries, services
from kesher.profiles.types import ObjectKindView, ObjectView

routes = Routes("objects")


class ObjectKindDetail(Out):
    """A kind of objects. `refused_count`: what calls asked beyond a limit, and was left out."""

    key: str
    name: BothTexts
    plural: BothTexts
    refused_count: int


class ObjectKindNames(In):
    """What a kind of objects is called."""

    name: LocalText
    plural: LocalText | None = None


class ObjectDetail(Out):
    """A company or another object."""

    kind: str
    key: str
    attributes: JsonObject
    created_at: datetime
    updated_at: datetime


class ObjectAttributes(In):
    """Attributes; a null removes one."""

    attributes: JsonObject = Field(max_length=500)


class ObjectPersonDetail(Out):
    """Somebody who belongs to an object."""

    profile_id: int
    role: str
    attributes: JsonObject
    related_at: datetime
    email: str | None
    name: str | None


class PeopleToRelate(In):
    """Whom to relate to an object, and how; a role or attributes that are absent stay as they are."""

    profile_ids: list[Annotated[int, Field(ge=1, le=BIGGEST)]] = Field(min_length=1, max_length=1_000)
    role: str | None = Field(None, max_length=100)
    attributes: JsonObject | None = Field(None, max_length=50)


class PeopleToPart(In):
    """Whom to part from an object."""

    profile_ids: list[Annotated[int, Field(ge=1, le=BIGGEST)]] = Field(min_length=1, max_length=1_000)


class RelationsChanged(Out):
    """How many relations changed."""

    changed: int


class RelatedObjectDetail(Out):
    """An object to which a person belongs; `relation` are the attributes of that."""

    kind: str
    key: str
    attributes: JsonObject
    role: str
    relation: JsonObject
    related_at: datetime


@routes.get("/object-kinds", permission="profiles:read")
def list_object_kinds(call: Call) -> list[ObjectKindDetail]:
    """The kinds of objects that the workspace has, by key."""
    return [_kind(row) for row in queries.list_object_kinds(call.conn, workspace_id=call.workspace_id)]


@routes.put("/object-kinds/{key}", permission="profiles:write")
def save_object_kind(call: Call, key: PathKey, body: ObjectKindNames) -> list[ObjectKindDetail]:
    """Declare a kind of objects or name one that is in use; the answer is the list of all kinds."""
    name = body.name.as_text()
    plural = body.plural.as_text() if body.plural else name
    services.save_object_kind(
        call.conn, workspace_id=call.workspace_id, key=key, name=name, plural=plural, now=call.now
    )
    call.audit("profiles.save_object_kind", key, {"name": name.as_dict(), "plural": plural.as_dict()})
    return list_object_kinds(call)


@routes.get("/objects/{kind}", permission="profiles:read")
def list_objects(
    call: Call,
    kind: PathKey,
    q: Annotated[str, Query("", max_length=255, description="A key, or a part of a name.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ObjectDetail]:
    """The objects of a kind, by key."""
    queries.check_object_kind(call.conn, workspace_id=call.workspace_id, kind=kind)
    after = decode_cursor(cursor, tuple[str])
    rows = queries.list_objects(
        call.conn,
        workspace_id=call.workspace_id,
        kind=kind,
        text=q,
        after=after[0] if after else "",
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.key,), show=ObjectDetail.model_validate)


@routes.get("/objects/{kind}/{key}", permission="profiles:read")
def get_object(call: Call, kind: PathKey, key: PathKey) -> ObjectDetail:
    """An object."""
    return ObjectDetail.model_validate(_object(call, kind, key))


@routes.put("/objects/{kind}/{key}", permission="profiles:write")
def save_object(call: Call, kind: PathKey, key: PathKey, body: ObjectAttributes) -> ObjectDetail:
    """Make an object, or replace all attributes of one."""
    saved = events.save_object(
        call.conn,
        workspace_id=call.workspace_id,
        kind=kind,
        key=key,
        attributes=body.attributes,
        now=call.now,
        whole=True,
    )
    call.audit("profiles.save_object", f"{kind}/{key}", {"attributes": sorted(body.attributes)})
    return ObjectDetail.model_validate(saved)


@routes.patch("/objects/{kind}/{key}", permission="profiles:write")
def update_object(call: Call, kind: PathKey, key: PathKey, body: ObjectAttributes) -> ObjectDetail:
    """Set attributes of an object."""
    _object(call, kind, key)
    saved = events.save_object(
        call.conn, workspace_id=call.workspace_id, kind=kind, key=key, attributes=body.attributes, now=call.now
    )
    call.audit("profiles.update_object", f"{kind}/{key}", {"attributes": sorted(body.attributes)})
    return ObjectDetail.model_validate(saved)


@routes.delete("/objects/{kind}/{key}", permission="profiles:write")
def delete_object(call: Call, kind: PathKey, key: PathKey) -> None:
    """Remove an object; its people belong to it no more, and stay."""
    events.remove_object(call.conn, workspace_id=call.workspace_id, kind=kind, key=key, now=call.now)
    call.audit("profiles.delete_object", f"{kind}/{key}")


@routes.get("/objects/{kind}/{key}/people", permission="profiles:read")
def list_object_people(
    call: Call, kind: PathKey, key: PathKey, cursor: Cursor = None, limit: Limit = 50
) -> Page[ObjectPersonDetail]:
    """Who belongs to an object, by profile id."""
    after = decode_cursor(cursor, tuple[Id])
    target = _object(call, kind, key)
    rows = queries.list_object_people(call.conn, object_id=target.id, after=after[0] if after else 0, limit=limit + 1)
    return page_of(rows, limit, key=lambda row: (row.profile_id,), show=ObjectPersonDetail.model_validate)


@routes.post("/objects/{kind}/{key}/people", permission="profiles:write")
def relate_people(call: Call, kind: PathKey, key: PathKey, body: PeopleToRelate) -> RelationsChanged:
    """Relate people to an object, or change their role."""
    _object(call, kind, key)
    changed = events.relate_people(
        call.conn,
        living_people(call, body.profile_ids),
        workspace_id=call.workspace_id,
        kind=kind,
        key=key,
        now=call.now,
        role=body.role,
        attributes=body.attributes,
    )
    call.audit("profiles.relate_people", f"{kind}/{key}", {"changed": changed, "role": body.role})
    return RelationsChanged(changed=changed)


@routes.post("/objects/{kind}/{key}/people/remove", permission="profiles:write")
def unrelate_people(call: Call, kind: PathKey, key: PathKey, body: PeopleToPart) -> RelationsChanged:
    """Part people from an object."""
    _object(call, kind, key)
    changed = events.unrelate_people(
        call.conn,
        living_people(call, body.profile_ids),
        workspace_id=call.workspace_id,
        kind=kind,
        key=key,
        now=call.now,
    )
    call.audit("profiles.unrelate_people", f"{kind}/{key}", {"changed": changed})
    return RelationsChanged(changed=changed)


@routes.get("/profiles/{profile_id}/objects", permission="profiles:read")
def list_profile_objects(call: Call, profile_id: PathId) -> list[RelatedObjectDetail]:
    """What a person belongs to, the earliest relation first."""
    queries.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    found = queries.list_related_objects(call.conn, [profile_id]).get(profile_id, [])
    return [
        RelatedObjectDetail(
            kind=each.kind,
            key=each.key,
            attributes=msgspec.json.decode(each.attributes),
            role=each.role,
            relation=msgspec.json.decode(each.relation),
            related_at=each.related_at,
        )
        for each in found
    ]


def _object(call: Call, kind: str, key: str) -> ObjectView:
    return queries.get_object(call.conn, workspace_id=call.workspace_id, kind=kind, key=key)


def _kind(row: ObjectKindView) -> ObjectKindDetail:
    name, plural = Text.from_dict(row.name or row.key), Text.from_dict(row.plural or row.name or row.key)
    return ObjectKindDetail(
        key=row.key,
        name=BothTexts.model_validate(name),
        plural=BothTexts.model_validate(plural),
        refused_count=row.refused_count,
    )

"""Lists: who is on one is decided by hand, by an import or by a journey."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kesher.api.living import living_people
from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.people import PersonRow, person_rows
from kesher.api.routes.segments import MembershipDetail
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Key, LocalText, Out, PathKey
from kesher.kernel.relations import Relation
from kesher.profiles import queries as profiles
from kesher.segments import queries, services
from kesher.segments.types import ListRow

routes = Routes("lists")


class ListDetail(Out):
    """A list, and how many are on it now."""

    id: int
    key: str
    name: BothTexts
    members: int
    created_at: datetime


class NewList(In):
    """A list to be made."""

    key: Key
    name: LocalText


class ListName(In):
    """What a list is called from now on."""

    name: LocalText


class ListChange(In):
    """Whom to put on a list or take off it."""

    profile_ids: list[Annotated[int, Field(ge=1, le=BIGGEST)]] = Field(min_length=1, max_length=10_000)


class ListChanged(Out):
    """How many it changed something for."""

    changed: int


class ListPerson(PersonRow):
    """A person on a list, and since when."""

    since: datetime


@routes.get("/lists", permission="segments:read")
def list_lists(call: Call) -> list[ListDetail]:
    """The lists by key, with how many are on each."""
    counts = queries.count_list_members(call.conn, workspace_id=call.workspace_id)
    rows = queries.list_lists(call.conn, workspace_id=call.workspace_id)
    return [_detail(row, counts.get(row.key, 0)) for row in rows]


@routes.post("/lists", permission="segments:write", status=201)
def create_list(call: Call, body: NewList) -> ListDetail:
    """Make an empty list."""
    made = services.create_list(
        call.conn, workspace_id=call.workspace_id, key=body.key, name=body.name.as_text(), now=call.now
    )
    call.audit("segments.create_list", made.key, {"name": dict(made.name)})
    return _detail(made, 0)


@routes.get("/lists/{key}", permission="segments:read")
def get_list(call: Call, key: PathKey) -> ListDetail:
    """A list, and how many are on it."""
    row = queries.get_list(call.conn, workspace_id=call.workspace_id, key=key)
    counts = queries.count_list_members(call.conn, workspace_id=call.workspace_id, key=key)
    return _detail(row, counts.get(key, 0))


@routes.patch("/lists/{key}", permission="segments:write")
def rename_list(call: Call, key: PathKey, body: ListName) -> ListDetail:
    """Call a list otherwise; its key, by which rules and journeys know it, stays."""
    services.rename_list(call.conn, workspace_id=call.workspace_id, key=key, name=body.name.as_text())
    call.audit("segments.rename_list", key, body.model_dump(exclude_none=True))
    return get_list(call, key)


@routes.delete("/lists/{key}", permission="segments:write")
def delete_list(call: Call, key: PathKey) -> None:
    """Delete a list that no segment, journey or broadcast uses; the people stay."""
    services.delete_list(call.conn, workspace_id=call.workspace_id, key=key)
    call.audit("segments.delete_list", key)


@routes.get("/lists/{key}/members", permission="segments:read")
def list_list_members(call: Call, key: PathKey, cursor: Cursor = None, limit: Limit = 50) -> Page[MembershipDetail]:
    """Who is on a list, by profile id."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_list_members(
        call.conn, workspace_id=call.workspace_id, key=key, after=after[0] if after else 0, limit=limit + 1
    )
    return page_of(rows, limit, key=lambda row: (row.profile_id,), show=MembershipDetail.model_validate)


@routes.get("/lists/{key}/people", permission="profiles:read")
def list_list_people(call: Call, key: PathKey, cursor: Cursor = None, limit: Limit = 50) -> Page[ListPerson]:
    """The people on a list, by profile id."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_list_members(
        call.conn, workspace_id=call.workspace_id, key=key, after=after[0] if after else 0, limit=limit + 1
    )
    views = profiles.list_profiles(call.conn, [row.profile_id for row in rows], workspace_id=call.workspace_id)
    people = person_rows(call.conn, views, ())
    return page_of(
        rows,
        limit,
        key=lambda row: (row.profile_id,),
        show=lambda row: ListPerson(**dict(people[row.profile_id]), since=row.since),
    )


@routes.post("/lists/{key}/members", permission="segments:write")
def add_to_list(call: Call, key: PathKey, body: ListChange) -> ListChanged:
    """Put people on a list."""
    changed = services.add_to_list(
        call.conn, _people(call, key, body.profile_ids), workspace_id=call.workspace_id, key=key, now=call.now
    )
    call.audit("segments.add_to_list", key, {"changed": changed})
    return ListChanged(changed=changed)


@routes.post("/lists/{key}/members/remove", permission="segments:write")
def remove_from_list(call: Call, key: PathKey, body: ListChange) -> ListChanged:
    """Take people off a list."""
    changed = services.remove_from_list(
        call.conn, _people(call, key, body.profile_ids), workspace_id=call.workspace_id, key=key, now=call.now
    )
    call.audit("segments.remove_from_list", key, {"changed": changed})
    return ListChanged(changed=changed)


def _people(call: Call, key: str, profile_ids: list[int]) -> Relation:
    queries.get_list(call.conn, workspace_id=call.workspace_id, key=key)
    return living_people(call, profile_ids)


def _detail(row: ListRow, members: int) -> ListDetail:
    shown = {name: getattr(row, name) for name in ListDetail.model_fields if name != "members"}
    return ListDetail(**shown, members=members)

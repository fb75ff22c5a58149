"""People: found, shown, told apart and brought together; and the traits that a workspace knows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, JsonObject, Out, PathId
from kesher.profiles import queries, services
from kesher.profiles.types import ProfileView, TraitType

routes = Routes("profiles")

ProfileId = Annotated[int, Field(ge=1, le=BIGGEST)]


class ProfileDetail(Out):
    """A person; `merged_into_id` when she lives on in another profile."""

    id: int
    traits: JsonObject
    traits_at: datetime | None
    email: str | None
    phone: str | None
    language: str | None
    timezone: str | None
    created_at: datetime
    merged_into_id: int | None
    erased_at: datetime | None


class IdentifierDetail(Out):
    """A value by which the person is recognised."""

    kind: str
    value: str
    created_at: datetime


class MergeDetail(Out):
    """Two profiles that became one; `undone_at` when it was taken back."""

    id: int
    winner_id: int
    loser_id: int
    reason: str
    merged_at: datetime
    undone_at: datetime | None


class TraitDetail(Out):
    """A trait, its type, and how many values did not fit it."""

    name: str
    type: TraitType
    declared: bool
    rejected_count: int
    rejected_example: str | None


class TraitDeclaration(In):
    """A trait's type; values that came before stay as they are."""

    name: str = Field(max_length=200)
    type: TraitType


@routes.get("/profiles", permission="profiles:read")
def search_profiles(
    call: Call,
    q: Annotated[str, Query("", max_length=255, description="An identifier, or part of a name or an address.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ProfileDetail]:
    """Living profiles, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.search_profiles(
        call.conn,
        workspace_id=call.workspace_id,
        text=q,
        before_id=after[0] if after else None,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=ProfileDetail.model_validate)


@routes.get("/profiles/{profile_id}", permission="profiles:read")
def get_profile(call: Call, profile_id: PathId) -> ProfileDetail:
    """A person."""
    return ProfileDetail.model_validate(_profile(call, profile_id))


@routes.get("/profiles/{profile_id}/identifiers", permission="profiles:read")
def list_identifiers(call: Call, profile_id: PathId) -> list[IdentifierDetail]:
    """The values by which a person is recognised."""
    _profile(call, profile_id)
    rows = queries.list_identifiers(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [IdentifierDetail.model_validate(row) for row in rows]


@routes.get("/profiles/{profile_id}/merges", permission="profiles:read")
def list_merges(call: Call, profile_id: PathId) -> list[MergeDetail]:
    """The merges of a profile, the newest first."""
    _profile(call, profile_id)
    rows = queries.list_merges(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return [MergeDetail.model_validate(row) for row in rows]


@routes.get("/traits", permission="profiles:read")
def list_traits(call: Call) -> list[TraitDetail]:
    """The traits that the workspace knows, by name."""
    rows = queries.list_traits(call.conn, workspace_id=call.workspace_id)
    return [TraitDetail.model_validate(row) for row in rows]


@routes.post("/traits", permission="profiles:write")
def declare_trait(call: Call, body: TraitDeclaration) -> list[TraitDetail]:
    """Fix the type of a trait; the answer is the list of all traits."""
    services.declare_trait(call.conn, workspace_id=call.workspace_id, name=body.name, type=body.type, now=call.now)
    call.audit("profiles.declare_trait", body.name, {"type": body.type})
    return list_traits(call)


def _profile(call: Call, profile_id: int) -> ProfileView:
    return queries.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)

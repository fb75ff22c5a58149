"""A person's rights: everything that is known of her, and to be forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from kesher.api import queries
from kesher.api.paging import BIGGEST
from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, Out, PathId
from kesher.events import services
from kesher.kernel.relations import Relation
from kesher.profiles import queries as profiles

routes = Routes("people")


class PersonExport(Out):
    """All that is known of a person, room by room, as JSON."""

    person: int
    exported_at: datetime
    profiles: list[dict[str, Any]]
    identifiers: list[dict[str, Any]]
    merges: list[dict[str, Any]]
    objects: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    memberships: list[dict[str, Any]]
    scores: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    events: list[dict[str, Any]]


class ErasureRequest(In):
    """Who asked to be forgotten. There is no way back."""

    profile_ids: list[Annotated[int, Field(ge=1, le=BIGGEST)]] = Field(min_length=1, max_length=100)


class ErasureResult(Out):
    """How many people were erased; those who were before, or are not here, do not count."""

    erased: int


@routes.post("/profiles/{profile_id}/export", permission="profiles:export")
def export_person(call: Call, profile_id: PathId) -> PersonExport:
    """Everything that is known of a person; that it was taken out is recorded."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    found = queries.export_person(call.conn, workspace_id=call.workspace_id, profile_id=profile_id, now=call.now)
    call.audit("profiles.export", profile_id)
    return PersonExport.model_validate(found)


@routes.post("/profiles/{profile_id}/erase", permission="profiles:erase")
def erase_person(call: Call, profile_id: PathId) -> ErasureResult:
    """Forget a person for good, with all profiles that were merged into hers; counts in reports stay."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return _erase(call, [profile_id])


@routes.post("/erasures", permission="profiles:erase")
def erase_people(call: Call, body: ErasureRequest) -> ErasureResult:
    """Forget several people for good."""
    return _erase(call, body.profile_ids)


def _erase(call: Call, profile_ids: list[int]) -> ErasureResult:
    people = Relation("SELECT unnest(%(erase_ids)s::bigint[]) AS profile_id", {"erase_ids": profile_ids})
    erased = services.erase_profiles(call.conn, people, workspace_id=call.workspace_id, now=call.now)
    call.audit("profiles.erase", ", ".join(map(str, profile_ids)), {"erased": erased})
    return ErasureResult(erased=erased)

"""People brought into journeys from outside: named by a program, or by another system that calls."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from ninja import Path
from pydantic import Field

from kesher.api.paging import BIGGEST
from kesher.api.routing import OPEN, Call, Routes
from kesher.api.schemas import In, JsonObject, Out, PathKey
from kesher.journeys import services
from kesher.journeys.types import Newcomer
from kesher.profiles.types import Kind

routes = Routes("journeys")

_MOST_PEOPLE = 1_000


class NamedPerson(In):
    """Who is to enter, by one identifier, and the values that the journey sees as the properties of its entry event."""

    profile_id: int | None = Field(None, ge=1, le=BIGGEST)
    user_id: str | None = Field(None, max_length=255)
    anonymous_id: str | None = Field(None, max_length=255)
    email: str | None = Field(None, max_length=255)
    phone: str | None = Field(None, max_length=255)
    context: JsonObject = Field(default_factory=dict)

    def as_newcomer(self) -> Newcomer:
        """The same for the room."""
        told = ((kind, getattr(self, kind.value)) for kind in Kind)
        identifier = next(((kind, value) for kind, value in told if value is not None), None)
        return Newcomer(self.profile_id, identifier, self.context)


class JourneyEntries(In):
    """A set of people; asked again with the same key, each enters once."""

    request_key: str = Field(min_length=1, max_length=200)
    people: list[NamedPerson] = Field(min_length=1, max_length=_MOST_PEOPLE)


class JourneyEntriesAnswer(Out):
    """How many were asked to enter, how many had been before, and the positions of those whom nobody knows."""

    accepted: int
    repeated: int
    unknown: list[int]


class JourneyHook(Out):
    """The secret address at which another system calls the journey."""

    url: str


class HookAnswer(Out):
    """Whether the call counts; false when one of the same number came before."""

    accepted: bool


@routes.post("/journeys/{key}/entries", permission="journeys:write")
def request_journey_entries(call: Call, key: PathKey, body: JourneyEntries) -> JourneyEntriesAnswer:
    """Ask people into a live journey whose entry is `api`; its rule and re-entry policy decide."""
    done = services.request_entries(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        request_key=body.request_key,
        people=[person.as_newcomer() for person in body.people],
        now=call.now,
    )
    call.audit("journeys.request_entries", key, {"request_key": body.request_key, "accepted": done.accepted})
    return JourneyEntriesAnswer.model_validate(done)


@routes.get("/journeys/{key}/hook", permission="journeys:publish")
def get_journey_hook(call: Call, key: PathKey) -> JourneyHook:
    """The address for a journey whose entry is `webhook`; whoever knows it can let people in."""
    return _hook(services.make_hook_path(key, workspace_id=call.workspace_id))


@routes.post("/journeys/{key}/hook", permission="journeys:publish")
def replace_journey_hook(call: Call, key: PathKey) -> JourneyHook:
    """A new address; the old one is worth nothing from now on."""
    path = services.replace_hook(key, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    call.note_audited()
    return _hook(path)


@routes.post("/hooks/{token}", permission=OPEN)
def receive_hook(call: Call, token: Annotated[str, Path(max_length=200)], body: JsonObject) -> HookAnswer:
    """A call from another system to a journey's own address."""
    accepted = services.receive_hook(call.conn, token, body, now=call.now)
    call.note_audited()
    return HookAnswer(accepted=accepted)


def _hook(path: str) -> JourneyHook:
    return JourneyHook(url=f"{settings.BASE_URL}/api/hooks/{path}")

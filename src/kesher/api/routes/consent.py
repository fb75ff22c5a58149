"""Permission: the topics, and what each person said about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Key, LocalText, Out, PathId, PathKey
from kesher.consent import queries, services
from kesher.consent.types import ConsentState, Purpose
from kesher.profiles import queries as profiles

routes = Routes("consent")


class TopicDetail(Out):
    """What a person can say yes or no to."""

    id: int
    key: str
    name: BothTexts
    description: BothTexts
    purpose: Purpose
    position: int
    archived_at: datetime | None


class NewTopic(In):
    """A topic to be offered."""

    key: Key
    name: LocalText
    description: LocalText | None = None
    purpose: Purpose = Purpose.MARKETING
    position: int = Field(0, ge=0, le=10_000)


class ConsentEntryDetail(Out):
    """One line of a person's history of consent; an empty topic is the whole channel."""

    id: int
    channel: str
    topic: str
    state: ConsentState
    source: str
    wording: str
    evidence: JsonObject
    given_at: datetime


class ConsentStateDetail(Out):
    """What holds now on a channel and topic."""

    channel: str
    topic: str
    state: ConsentState


class ConsentDetail(Out):
    """What holds for a person, and how it came to be, the newest first."""

    states: list[ConsentStateDetail]
    history: list[ConsentEntryDetail]


@routes.get("/topics", permission="consent:read")
def list_topics(call: Call, archived: Annotated[bool, Query(False)] = False) -> list[TopicDetail]:
    """The topics in their order."""
    rows = queries.list_topics(workspace_id=call.workspace_id, archived=archived)
    return [TopicDetail.model_validate(row) for row in rows]


@routes.post("/topics", permission="consent:topics", status=201)
def create_topic(call: Call, body: NewTopic) -> TopicDetail:
    """Add a topic."""
    made = services.create_topic(
        workspace_id=call.workspace_id,
        key=body.key,
        name=body.name.as_text(),
        description=body.description.as_text() if body.description else None,
        purpose=body.purpose,
        position=body.position,
    )
    call.audit("consent.create_topic", made.key, body.model_dump(mode="json"))
    return TopicDetail.model_validate(made)


@routes.delete("/topics/{key}", permission="consent:topics")
def archive_topic(call: Call, key: PathKey) -> None:
    """Offer a topic no longer; its history stays and still decides."""
    services.archive_topic(workspace_id=call.workspace_id, key=key, now=call.now)
    call.audit("consent.archive_topic", key)


@routes.get("/profiles/{profile_id}/consent", permission="consent:read")
def get_consent(call: Call, profile_id: PathId) -> ConsentDetail:
    """What a person permits, with its history."""
    return _consent(call, profile_id)


def _consent(call: Call, profile_id: int) -> ConsentDetail:
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    states = queries.get_states(call.conn, [profile_id])[profile_id]
    entries = queries.list_entries(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    return ConsentDetail(
        states=[
            ConsentStateDetail(channel=channel, topic=topic, state=ConsentState(state))
            for (channel, topic), state in sorted(states.items())
        ],
        history=[ConsentEntryDetail.model_validate(entry) for entry in entries],
    )

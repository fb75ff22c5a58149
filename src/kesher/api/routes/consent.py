"""Permission: the topics, and what each person said about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from psycopg.types.json import Jsonb
from pydantic import Field, StringConstraints

from kesher.api.errors import RequestInvalid
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Key, LocalText, Moment, Out, PathId, PathKey
from kesher.consent import queries, services
from kesher.consent.errors import TopicNotFound
from kesher.consent.types import ConsentState, Purpose
from kesher.events import services as events
from kesher.kernel.errors import Problem
from kesher.kernel.relations import Relation
from kesher.kernel.text import Text
from kesher.profiles import queries as profiles

routes = Routes("consent")

Channel = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]
_FUTURE = Text(en="This lies in the future.", he="המועד הזה עתידי.")
_ENTRY = """\
SELECT %(consent_workspace_id)s::integer AS workspace_id, %(consent_profile_id)s::bigint AS profile_id,
       %(consent_channel)s::text AS channel, %(consent_topic)s::text AS topic, %(consent_state)s::text AS state,
       %(consent_source)s::text AS source, %(consent_wording)s::text AS wording,
       %(consent_evidence)s::jsonb AS evidence, %(consent_given_at)s::timestamptz AS given_at"""


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


class TopicChange(In):
    """What is to be another; what is left out stays. The key and the purpose are for good."""

    name: LocalText | None = None
    description: LocalText | None = None
    position: int | None = Field(None, ge=0, le=10_000)


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


class NewConsent(In):
    """What a person said, with the proof: where, in which words, and when (now, unless given)."""

    channel: Channel = "email"
    topic: str = Field("", max_length=60, description="A topic's key; empty for the whole channel.")
    state: ConsentState
    source: str = Field(min_length=1, max_length=200)
    wording: str = Field("", max_length=10_000)
    evidence: JsonObject = Field(default_factory=dict, max_length=50)
    given_at: Moment | None = None


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


@routes.patch("/topics/{key}", permission="consent:topics")
def update_topic(call: Call, key: PathKey, body: TopicChange) -> TopicDetail:
    """Change what people read of a topic, and its place."""
    changed = services.update_topic(
        workspace_id=call.workspace_id,
        key=key,
        name=body.name.as_text() if body.name else None,
        description=body.description.as_text() if body.description else None,
        position=body.position,
    )
    call.audit("consent.update_topic", key, body.model_dump(mode="json", exclude_none=True))
    return TopicDetail.model_validate(changed)


@routes.delete("/topics/{key}", permission="consent:topics")
def archive_topic(call: Call, key: PathKey) -> None:
    """Offer a topic no longer; its history stays and still decides."""
    services.archive_topic(workspace_id=call.workspace_id, key=key, now=call.now)
    call.audit("consent.archive_topic", key)


@routes.get("/profiles/{profile_id}/consent", permission="consent:read")
def get_consent(call: Call, profile_id: PathId) -> ConsentDetail:
    """What a person permits, with its history."""
    return _consent(call, profile_id)


@routes.post("/profiles/{profile_id}/consent", permission="consent:write", status=201)
def record_consent(call: Call, profile_id: PathId, body: NewConsent) -> ConsentDetail:
    """Add what a person said; the latest decides."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    if body.topic and body.topic not in {topic.key for topic in queries.list_topics(workspace_id=call.workspace_id)}:
        raise TopicNotFound(key=body.topic)
    given_at = body.given_at or call.now
    if given_at > call.now:
        raise RequestInvalid(problems=(Problem("given_at", _FUTURE),))
    entry = {**body.model_dump(mode="json"), "given_at": given_at, "evidence": Jsonb(body.evidence)}
    parameters = {f"consent_{name}": value for name, value in entry.items()}
    identity = {"consent_workspace_id": call.workspace_id, "consent_profile_id": profile_id}
    events.record_consents(call.conn, Relation(_ENTRY, {**parameters, **identity}), now=call.now)
    call.audit("consent.record", profile_id, body.model_dump(mode="json", exclude={"evidence"}))
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

"""The send ledger: what was to be sent, what became of it, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from ninja import Query
from pydantic import Field

from kesher.api.errors import RequestInvalid
from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out, PathId
from kesher.content import queries as content
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging import queries, services
from kesher.messaging.errors import RecipientNotFound
from kesher.messaging.types import REASONS, Lane, MessageInfo, Purpose, Reason, State
from kesher.profiles import queries as profiles
from kesher.profiles.types import Kind

routes = Routes("messages")

_MAX_PROPERTIES = 32_000
_TOO_MUCH = Text(en="These are more than 32 kB; send less.", he="אלה יותר מ־32 ק״ב; יש לשלוח פחות.")
_ONE_RECIPIENT = Text(en="Give either profile_id or user_id.", he="יש לתת profile_id או user_id, אחד מהם בלבד.")


class MessageDetail(Out):
    """One message of the ledger."""

    id: int
    profile_id: int
    lane: str
    channel: str
    purpose: Purpose
    topic: str
    template: str | None
    run_id: int | None
    node: str | None
    broadcast: str | None
    state: State
    reason: str | None
    reason_text: BothTexts | None = Field(description="The reason as a sentence.")
    address: str | None
    language: str | None
    attempts: int
    uncertain: bool = Field(description="Handed over, but the answer was lost; sent again under the same Message-ID.")
    answer: str | None
    available_at: datetime
    reserved_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None
    bounced_at: datetime | None
    complained_at: datetime | None
    unsubscribed_at: datetime | None


class WrittenMessage(Out):
    """Subject and parts of a message; show the HTML in a sandboxed frame."""

    subject: str
    html: str
    text: str
    language: str


class NewMessage(In):
    """One message to one person; the same `idempotency_key` always means the same message."""

    idempotency_key: str = Field(min_length=1, max_length=200)
    template: str = Field(max_length=100, description="The template's key; its current version is sent.")
    profile_id: int | None = Field(None, ge=1, le=BIGGEST)
    user_id: str | None = Field(None, min_length=1, max_length=255)
    purpose: Purpose = Purpose.TRANSACTIONAL
    topic: str = Field("", max_length=60)
    event: str = Field("", max_length=200, description="What the template sees as `event.name`.")
    properties: JsonObject = Field(default_factory=dict, max_length=500, description="`event.properties`.")


class ReservedMessage(Out):
    """The message; `created` is false when the key had been used before."""

    message_id: int
    created: bool


@routes.post("/messages", permission="messaging:send")
def send_message(call: Call, body: NewMessage) -> ReservedMessage:
    """Reserve a message; it leaves within moments, through the same gate as all others."""
    if len(msgspec.json.encode(body.properties)) > _MAX_PROPERTIES:
        raise RequestInvalid(problems=(Problem("properties", _TOO_MUCH),))
    template = content.get_template(workspace_id=call.workspace_id, key=body.template)
    reserved = services.reserve_one(
        call.conn,
        workspace_id=call.workspace_id,
        profile_id=_recipient(call, body),
        template_version_id=template.version.id,
        request_key=body.idempotency_key,
        purpose=body.purpose,
        topic=body.topic,
        context={"event": {"name": body.event, "properties": body.properties}},
        now=call.now,
    )
    call.audit("messaging.send", reserved.message_id, {"template": body.template, "created": reserved.created})
    return ReservedMessage.model_validate(reserved)


@routes.get("/messages", permission="messaging:read")
def list_messages(
    call: Call,
    profile_id: Annotated[int | None, Query(None, ge=1, le=BIGGEST)],
    state: Annotated[State | None, Query(None)],
    broadcast: Annotated[str | None, Query(None, max_length=100)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MessageDetail]:
    """The ledger, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_messages(
        call.conn,
        workspace_id=call.workspace_id,
        profile_id=profile_id,
        state=state,
        broadcast=broadcast,
        before=after[0] if after else None,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=message_detail)


@routes.get("/messages/{message_id}", permission="messaging:read")
def get_message(call: Call, message_id: PathId) -> MessageDetail:
    """One message and what became of it."""
    return message_detail(queries.get_message(call.conn, workspace_id=call.workspace_id, message_id=message_id))


@routes.get("/messages/{message_id}/content", permission="messaging:read")
def get_message_content(call: Call, message_id: PathId) -> WrittenMessage:
    """A message as it was written: the template's version and the context of then, and the person as she is known now.
    Its links lead nowhere that counts."""
    written = queries.render_again(call.conn, workspace_id=call.workspace_id, message_id=message_id)
    return WrittenMessage.model_validate(written)


def _recipient(call: Call, body: NewMessage) -> int:
    """The profile to write to: by its number, or by the user id; exactly one of them is given."""
    if (body.profile_id is None) == (body.user_id is None):
        raise RequestInvalid(problems=(Problem("profile_id", _ONE_RECIPIENT),))
    if body.profile_id is not None:
        profile = profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=body.profile_id)
        return profile.merged_into_id or profile.id
    found = profiles.find_profile_by_identifier(
        call.conn, workspace_id=call.workspace_id, value=body.user_id or "", kinds=[Kind.USER_ID]
    )
    if found is None:
        raise RecipientNotFound(key=body.user_id)
    return found.id


def message_detail(row: MessageInfo) -> MessageDetail:
    """A row of the ledger as the API shows it."""
    shown = {name: getattr(row, name) for name in MessageDetail.model_fields if name != "reason_text"}
    shown["lane"] = Lane(row.lane).name.lower()
    text = REASONS.get(Reason(row.reason)) if row.reason else None
    return MessageDetail(**shown, reason_text=BothTexts.model_validate(text) if text else None)

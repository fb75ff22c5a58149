"""The send ledger: what was to be sent, what became of it, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, Out, PathId
from kesher.messaging import queries
from kesher.messaging.types import REASONS, Lane, MessageInfo, Purpose, Reason, State

routes = Routes("messages")


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


def message_detail(row: MessageInfo) -> MessageDetail:
    """A row of the ledger as the API shows it."""
    shown = {name: getattr(row, name) for name in MessageDetail.model_fields if name != "reason_text"}
    shown["lane"] = Lane(row.lane).name.lower()
    text = REASONS.get(Reason(row.reason)) if row.reason else None
    return MessageDetail(**shown, reason_text=BothTexts.model_validate(text) if text else None)

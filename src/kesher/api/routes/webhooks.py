"""What passes between journeys and other systems, for the settings' screen."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, Out
from kesher.journeys import queries
from kesher.kernel.text import Text

routes = Routes("journeys")


class OutgoingWebhook(Out):
    """A step that calls another system; `signed_with` names the secret of its signature, empty for none."""

    journey: str
    name: BothTexts
    state: str
    node: str
    method: str
    url: str
    signed_with: str


class IncomingWebhook(Out):
    """A journey that another system calls, at the address of `GET /journeys/{key}/hook`."""

    journey: str
    name: BothTexts
    state: str


class WebhookList(Out):
    """The calls that journeys make, and those that they wait for."""

    outgoing: list[OutgoingWebhook]
    incoming: list[IncomingWebhook]


class WebhookCallDetail(Out):
    """A call that a journey made or is about to make. `state`: `reserved`, `calling`, `done`; `outcome`: `ok`, `error`,
    `timeout`, `withdrawn`, null while it is not done."""

    id: int
    journey: str
    name: BothTexts
    node: str
    profile_id: int
    state: str
    outcome: str | None
    status: int | None
    attempts: int
    error: str | None
    reserved_at: datetime
    finished_at: datetime | None


@routes.get("/webhooks", permission="journeys:read")
def list_webhooks(call: Call) -> WebhookList:
    """The calls that journeys in use make, and the journeys that are called."""
    outgoing = queries.list_outgoing_hooks(call.conn, workspace_id=call.workspace_id)
    incoming = queries.list_incoming_hooks(call.conn, workspace_id=call.workspace_id)
    return WebhookList(
        outgoing=[OutgoingWebhook.model_validate(_shown(each)) for each in outgoing],
        incoming=[IncomingWebhook.model_validate(_shown(each)) for each in incoming],
    )


@routes.get("/webhook-calls", permission="journeys:read")
def list_webhook_calls(call: Call, cursor: Cursor = None, limit: Limit = 50) -> Page[WebhookCallDetail]:
    """The latest calls to other systems and what became of them."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_calls(
        call.conn, workspace_id=call.workspace_id, before=after[0] if after else None, limit=limit + 1
    )
    return page_of(
        rows, limit, key=lambda row: (row.id,), show=lambda row: WebhookCallDetail.model_validate(_shown(row))
    )


def _shown(row: queries.OutgoingHook | queries.IncomingHook | queries.WebhookCall) -> dict[str, object]:
    return {**asdict(row), "name": Text.from_dict(row.name).as_dict()}

"""What comes back: opens, clicks, receipts, bounces, complaints, unsubscribes.

Each updates the ledger and is logged as an event. Opens and clicks by machines are logged as such (`machine: true`) and
count for nothing. What providers report may arrive twice and counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.events import services as events
from kesher.events.types import SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.errors import MessageNotFound
from kesher.messaging.log import log_messages
from kesher.messaging.services.suppressions import add_suppression

_sql = statements_of("kesher.messaging")


def record_open(
    conn: Conn, *, message_id: int, now: datetime, machine: bool = False, more: Mapping[str, Any] | None = None
) -> None:
    """Record that a message was opened; `more` joins the event (user agent, …). MessageNotFound when it is gone."""
    statement = "mark_machine" if machine else "mark_opened"
    with conn.transaction():
        if _sql.run(conn, statement, {"message_id": message_id, "at": now}).fetchone() is None:
            raise MessageNotFound(key=message_id)
        log_messages(
            conn, [message_id], now=now, name=SystemEvent.MESSAGE_OPENED, more={**(more or {}), "machine": machine}
        )


def record_click(
    conn: Conn,
    *,
    message_id: int,
    url: str,
    now: datetime,
    machine: bool = False,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Record a click on a link of a message (which also tells that it was opened)."""
    statement = "mark_machine" if machine else "mark_clicked"
    with conn.transaction():
        if _sql.run(conn, statement, {"message_id": message_id, "at": now}).fetchone() is None:
            raise MessageNotFound(key=message_id)
        log_messages(
            conn,
            [message_id],
            now=now,
            name=SystemEvent.MESSAGE_CLICKED,
            more={**(more or {}), "url": url, "machine": machine},
        )


def record_unsubscribe(
    conn: Conn, *, message_id: int, now: datetime, source: str = "one_click", wording: str = ""
) -> None:
    """End the topic of a message for its reader; saying it again changes nothing.

    The no goes to the consent ledger with its source; a message without a topic ends the whole channel.
    """
    with conn.transaction():
        row = _sql.run(conn, "mark_unsubscribed", {"message_id": message_id, "at": now}).fetchone()
        if row is None:
            raise MessageNotFound(key=message_id)
        workspace_id, profile_id, channel, topic = row
        who = {"profile_id": profile_id, "channel": channel, "topic": topic}
        denied = _sql.run(conn, "denied_already", who).fetchone()
        if denied is not None and denied[0]:
            return
        values = {
            "c_workspace_id": workspace_id,
            "c_profile_id": profile_id,
            "c_channel": channel,
            "c_topic": topic,
            "c_source": source,
            "c_wording": wording,
            "c_evidence": Jsonb({"message_id": message_id}),
            "c_at": now,
        }
        events.record_consents(conn, Relation(_sql["unsubscribe_consent"].sql, values), now=now)
        log_messages(conn, [message_id], now=now, name=SystemEvent.MESSAGE_UNSUBSCRIBED, more={"source": source})


def record_delivery(conn: Conn, *, workspace_id: int, message_id: int, now: datetime) -> None:
    """Record a provider's receipt; it changes the ledger only, since delivered is not yet seen."""
    _mark(conn, "mark_delivered", workspace_id=workspace_id, message_id=message_id, now=now)


def record_bounce(
    conn: Conn, *, workspace_id: int, message_id: int, hard: bool, detail: str = "", now: datetime
) -> None:
    """Record that a message came back; a hard bounce (no such address) suppresses the address."""
    with conn.transaction():
        row = _mark(conn, "mark_bounced", workspace_id=workspace_id, message_id=message_id, now=now)
        if row is None:
            return
        kind = "hard" if hard else "soft"
        log_messages(
            conn, [message_id], now=now, name=SystemEvent.MESSAGE_BOUNCED, more={"bounce": kind, "detail": detail}
        )
        if hard and row[1]:
            add_suppression(
                conn,
                workspace_id=workspace_id,
                channel=row[0],
                address=row[1],
                reason="bounced",
                detail=detail,
                now=now,
            )


def record_complaint(conn: Conn, *, workspace_id: int, message_id: int, detail: str = "", now: datetime) -> None:
    """Record that a reader called a message spam; the address is suppressed."""
    with conn.transaction():
        row = _mark(conn, "mark_complained", workspace_id=workspace_id, message_id=message_id, now=now)
        if row is None:
            return
        log_messages(conn, [message_id], now=now, name=SystemEvent.MESSAGE_COMPLAINED, more={"detail": detail})
        if row[1]:
            add_suppression(
                conn,
                workspace_id=workspace_id,
                channel=row[0],
                address=row[1],
                reason="complained",
                detail=detail,
                now=now,
            )


def _mark(conn: Conn, statement: str, *, workspace_id: int, message_id: int, now: datetime) -> tuple[Any, ...] | None:
    """The row that the statement changed, None when it was told before; MessageNotFound in another workspace."""
    values = {"workspace_id": workspace_id, "message_id": message_id, "at": now}
    row: tuple[Any, ...] | None = _sql.run(conn, statement, values).fetchone()
    if row is None:
        exists = _sql.run(conn, "message_exists", values).fetchone()
        if exists is None or not exists[0]:
            raise MessageNotFound(key=message_id)
    return row

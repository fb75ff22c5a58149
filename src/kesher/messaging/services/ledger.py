"""The send ledger: every message is reserved here, once, before anything is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.kernel import wake
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.errors import RecipientNotFound, TemplateNotReady
from kesher.messaging.log import log_messages
from kesher.messaging.types import Lane, Purpose, Reserved

_sql = statements_of("kesher.messaging")


def reserve_messages(conn: Conn, reservations: Relation, *, now: datetime) -> int:
    """Reserve a set of messages and wake a sender; those reserved before are left alone. Returns how many are new.

    Columns: `workspace_id int, profile_id bigint, lane smallint, channel text, purpose text, topic text,
    priority smallint` (1 to 100, under a cap the higher goes first)`, template_version_id bigint, run_id bigint,
    node text, occurrence int, context jsonb, available_at timestamptz`.
    The keys of `context` become variables of the template (`event`, `run`, …); `context.journey` is the journey's key.
    """
    reserved = _sql.run(conn, "reserve_messages", {"now": now}, reservations=reservations).rowcount
    if reserved:
        wake.notify(conn, wake.MESSAGES)
    return reserved


def reserve_one(
    conn: Conn,
    *,
    workspace_id: int,
    profile_id: int,
    template_version_id: int,
    request_key: str,
    now: datetime,
    purpose: str = Purpose.TRANSACTIONAL,
    topic: str = "",
    channel: str = "email",
    context: Mapping[str, Any] | None = None,
) -> Reserved:
    """Reserve one message for a program; the same `request_key` in a workspace always means the same message."""
    values = {
        "workspace_id": workspace_id,
        "profile_id": profile_id,
        "template_version_id": template_version_id,
        "request_key": request_key,
        "purpose": str(purpose),
        "lane": int(Lane.TRANSACTIONAL if purpose == Purpose.TRANSACTIONAL else Lane.TRIGGERED),
        "topic": topic,
        "channel": channel,
        "context": Jsonb(dict(context or {})),
        "now": now,
    }
    with conn.transaction():
        created = _sql.run(conn, "reserve_request", values).fetchone()
        if created:
            wake.notify(conn, wake.MESSAGES)
            return Reserved(created[0], created=True)
        known = _sql.run(conn, "find_request", values).fetchone()
        if known:
            return Reserved(known[0], created=False)
        version = _sql.run(conn, "template_version_exists", values).fetchone()
    if version is None or not version[0]:
        raise TemplateNotReady(key=template_version_id)
    raise RecipientNotFound(key=profile_id)


def cancel_messages(conn: Conn, runs: Relation, *, now: datetime) -> int:
    """Hold what the ended runs (`run_id bigint`) had reserved and nobody has taken yet; returns how many."""
    with conn.transaction():
        ids = [row[0] for row in _sql.run(conn, "cancel_run_messages", runs=runs)]
        log_messages(conn, ids, now=now)
    return len(ids)

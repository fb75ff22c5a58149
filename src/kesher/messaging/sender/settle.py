"""Recording what became of messages, a set at a time, with its events in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.log import log_messages
from kesher.messaging.sender.batch import Outcome
from kesher.messaging.types import Reason, State

_sql = statements_of("kesher.messaging")


def settle(conn: Conn, outcomes: Sequence[Outcome], *, owner: str, now: datetime) -> int:
    """Write outcomes to the ledger and the log; returns how many were sent. What another sender took over is left."""
    if not outcomes:
        return 0
    values = {
        "now": now,
        "owner": owner,
        "ids": [o.message_id for o in outcomes],
        "states": [str(o.state) for o in outcomes],
        "reasons": [str(o.reason) if o.reason else None for o in outcomes],
        "answers": [_storable(o.answer) for o in outcomes],
        "attempts": [o.attempts for o in outcomes],
        "uncertain": [o.uncertain for o in outcomes],
        "addresses": [o.address for o in outcomes],
        "languages": [o.language for o in outcomes],
        "provider_ids": [o.provider_id for o in outcomes],
        "available_at": [
            None if o.retry_seconds is None else now + timedelta(seconds=o.retry_seconds) for o in outcomes
        ],
    }
    with conn.transaction():
        rows = _sql.run(conn, "settle_messages", values).fetchall()
        log_messages(conn, [message_id for message_id, state, *_ in rows if state != State.RESERVED], now=now)
        bounced = [message_id for message_id, _, reason, _ in rows if reason == Reason.BOUNCED]
        if bounced:
            _sql.run(conn, "suppress_bounced", {"ids": bounced, "now": now})
        if any(broadcast_id for *_, broadcast_id in rows):
            _sql.run(conn, "finish_broadcasts", {"now": now})
    return sum(state == State.SENT for _, state, *_ in rows)


def _storable(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL, and a server may say anything."""
    return text.replace("\0", "") if text else text

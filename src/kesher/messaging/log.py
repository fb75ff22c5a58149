"""What happens to messages, told to the log as system events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.events import services as events
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def log_messages(
    conn: Conn,
    message_ids: Sequence[int],
    *,
    now: datetime,
    name: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Append one event for each message: named by its state, unless `name` is given; `more` joins its properties."""
    if not message_ids:
        return
    params = {"log_ids": list(message_ids), "log_name": name, "log_at": now, "log_more": Jsonb(dict(more or {}))}
    events.append_events(conn, Relation(_sql["message_events"].sql, params), now=now)

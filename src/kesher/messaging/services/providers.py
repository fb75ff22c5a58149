"""Accounts through which messages leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from kesher.kernel import wake
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sealed import seal
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.messaging.errors import ProviderInvalid
from kesher.messaging.registry import get_provider_kind

_sql = statements_of("kesher.messaging")

_RATE = Text(en="The rate is a number above 0.", he="הקצב הוא מספר גדול מ־0.")


def save_provider(
    conn: Conn,
    *,
    workspace_id: int,
    channel: str,
    kind: str,
    name: str,
    settings: Mapping[str, Any],
    secret: str | None = None,
    rate_per_second: float | None = None,
    enabled: bool = True,
) -> int:
    """Set up an account under a name, or change it (a secret that is not given stays); returns its id."""
    checked = get_provider_kind(kind).check(settings)
    if rate_per_second is not None and not rate_per_second > 0:
        raise ProviderInvalid(problems=(Problem("rate_per_second", _RATE),))
    values = {
        "workspace_id": workspace_id,
        "channel": channel,
        "kind": kind,
        "name": name,
        "settings": Jsonb(checked),
        "secret": None if secret is None else seal(secret),
        "rate_per_second": rate_per_second,
        "enabled": enabled,
    }
    with conn.transaction():
        row = _sql.run(conn, "save_provider", values).fetchone()
        assert row is not None
        wake.notify(conn, wake.MESSAGES)
    return int(row[0])


def delete_provider(conn: Conn, *, workspace_id: int, channel: str, name: str) -> bool:
    """Forget an account and its secret; False when there was none of that name."""
    values = {"workspace_id": workspace_id, "channel": channel, "name": name}
    return _sql.run(conn, "delete_provider", values).rowcount == 1

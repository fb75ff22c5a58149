"""Sources and their write keys."""

from __future__ import annotations

import secrets
from datetime import datetime

from kesher.events.errors import SourceNameInvalid, SourceNotFound
from kesher.events.types import Source
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)
_NAME_LENGTH = 200
_KEY_BYTES = 24


def create_source(conn: Conn, *, workspace_id: int, name: str, now: datetime) -> Source:
    """Add a source with a new write key. The key is no secret (every web page shows it): it can only write events."""
    params = {
        "workspace_id": workspace_id,
        "name": _named(name),
        "write_key": secrets.token_urlsafe(_KEY_BYTES),
        "now": now,
    }
    row = _sql.run(conn, "create_source", params).fetchone()
    assert row is not None
    return Source(*row)


def rename_source(conn: Conn, *, workspace_id: int, source_id: int, name: str) -> None:
    """Call a source something else."""
    params = {"workspace_id": workspace_id, "source_id": source_id, "name": _named(name)}
    if not _sql.run(conn, "rename_source", params).rowcount:
        raise SourceNotFound(source_id=source_id)


def replace_write_key(conn: Conn, *, workspace_id: int, source_id: int) -> Source:
    """Give a source a new write key; collectors refuse the old one within seconds."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    params = {"workspace_id": workspace_id, "source_id": source_id, "write_key": key}
    row = _sql.run(conn, "replace_write_key", params).fetchone()
    if row is None:
        raise SourceNotFound(source_id=source_id)
    return Source(*row)


def enable_source(conn: Conn, *, workspace_id: int, source_id: int) -> None:
    """Take events of this source again."""
    _switch(conn, workspace_id, source_id, True)


def disable_source(conn: Conn, *, workspace_id: int, source_id: int) -> None:
    """Refuse events of this source; collectors notice within seconds."""
    _switch(conn, workspace_id, source_id, False)


def _switch(conn: Conn, workspace_id: int, source_id: int, enabled: bool) -> None:
    params = {"workspace_id": workspace_id, "source_id": source_id, "enabled": enabled}
    if not _sql.run(conn, "switch_source", params).rowcount:
        raise SourceNotFound(source_id=source_id)


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        raise SourceNameInvalid(limit=_NAME_LENGTH)
    return name.strip()

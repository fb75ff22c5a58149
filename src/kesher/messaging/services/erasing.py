"""The messages and addresses of people who were erased."""

from __future__ import annotations

from kesher.events.queries import list_erased
from kesher.kernel.db import Conn
from kesher.kernel.digests import digest_pads
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.messaging")


def follow_erasures(conn: Conn) -> None:
    """Inside the tick: forget to whom messages went, and what was in them, of the people whom the slice says erased."""
    erased = list_erased(conn)
    if not erased:
        return
    values = {"profiles": erased}
    _sql.run(conn, "erase_messages", values)
    _sql.run(conn, "digest_suppressions", values | digest_pads())

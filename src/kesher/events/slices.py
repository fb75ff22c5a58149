"""Reading the log in commit order: whole transactions below the horizon, a cursor for each consumer and shard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kesher.events.errors import CursorAheadOfLog
from kesher.events.temporary import TABLES
from kesher.events.types import Slice
from kesher.kernel.db import Conn
from kesher.kernel.scratch import empty_tables
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def open_slice(
    conn: Conn,
    *,
    consumer: str,
    shards: Sequence[int],
    limit: int,
    start: Literal["beginning", "horizon"] = "beginning",
) -> Slice:
    """Fill `events_slice` with what the consumer has not read of its shards: whole transactions, about `limit` rows.

    A transaction id is given out in order but commits in any; only those below the oldest one still running are taken,
    so that a slow transaction never slips in behind. Call it inside the transaction that does the work and ends with
    `close_slice`; the caller owns the shards (nobody else reads them for this consumer). `start`: where a consumer
    begins on shards that it never read.
    """
    owned = list(shards)
    empty_tables(conn, TABLES)
    cursors = dict(_sql.run(conn, "read_cursors", {"consumer": consumer, "shards": owned}).fetchall())
    if len(cursors) < len(owned):
        _sql.run(conn, "start_cursors", {"consumer": consumer, "shards": owned, "beginning": start == "beginning"})
    row = _sql.run(
        conn, "fill_slice", {"consumer": consumer, "shards": owned, "limit": limit, "all_shards": SHARDS}
    ).fetchone()
    assert row is not None
    until, rows, stopped = row
    if cursors and max(cursors.values()) > until and not stopped:
        raise CursorAheadOfLog(consumer=consumer)
    return Slice(consumer=consumer, shards=tuple(owned), until=until, rows=rows, complete=not stopped)


def close_slice(conn: Conn, read: Slice) -> None:
    """Remember that the slice was read, in the transaction that did its work."""
    if read.rows:
        _sql.run(
            conn,
            "move_cursors",
            {"consumer": read.consumer, "shards": list(read.shards), "until": str(read.until)},
        )

"""The lake: every event, for ever, as a Delta table of Parquet, partitioned by workspace and day of writing.

Exactly once: the Delta commit that holds a slice also says up to which transaction id the lake has the log (a Delta
application transaction). Whoever dies between that commit and the moving of the cursor finds it there and moves the
cursor only. deltalake and pyarrow are imported when there is something to write: together they take 150 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.pq import TransactionStatus

from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of

if TYPE_CHECKING:
    import pyarrow as pa

CONSUMER = "lake"
SLICE_ROWS = 20_000
ERASURES = 500
"""Profiles forgotten by one rewriting of the files that hold them."""
KEEP_REPLACED_HOURS = 7 * 24
"""Readers that opened the table before a compaction still find its files for so long."""

_sql = statements_of(__package__)
_LOCK = 0x6B6C616B65
"""Advisory lock of the lake's writer ("klake")."""


def export_slice(
    conn: Conn, lake_url: str, *, limit: int = SLICE_ROWS, committed: Callable[[], None] = lambda: None
) -> bool:
    """Copy the next slice of the log into the lake; True when more waits to be copied at once.

    `conn` is an autocommit connection outside a transaction. `committed` is called between the Delta commit and the
    moving of the cursor, where a crash is worst.
    """
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise RuntimeError("a transaction held open while the lake is written would hold back every reader of the log")
    with _only_writer(conn) as mine:
        if not mine:
            return False
        params = {"consumer": CONSUMER, "shards": list(range(SHARDS)), "beginning": True}
        _sql.run(conn, "start_cursors", params)
        start, until, found, stopped = _sql.run(conn, "lake_bounds", {"limit": limit}).fetchone()  # type: ignore[misc]
        if not found:
            return False
        application = _sql.run(conn, "lake_application").fetchone()[0]  # type: ignore[index]
        table = _open_table(lake_url)
        exported = table.transaction_version(application) or 0
        if exported <= start:
            _append(table, _read_rows(conn, start, until), application, until)
            exported = until
            committed()
        _sql.run(conn, "move_cursors", params | {"until": str(exported)})
        return bool(stopped) or exported < until


def erase_from_lake(conn: Conn, lake_url: str, *, limit: int = ERASURES) -> int:
    """Delete what the lake holds of the next people who were erased; how many profiles. Their old files vanish with the
    vacuum of `tend_lake`. `conn` is an autocommit connection outside a transaction."""
    with _only_writer(conn) as mine:
        waiting = _sql.run(conn, "next_erasures", {"limit": limit}).fetchall() if mine else []
        if not waiting:
            return 0
        profiles = [profile_id for profile_id, _, _, _ in waiting]
        events = {event_id for _, _, event_ids, _ in waiting for event_id in event_ids}
        spared = {event_id for _, _, _, spared_ids in waiting for event_id in spared_ids} - events
        workspaces = sorted({workspace_id for _, workspace_id, _, _ in waiting})
        theirs = f"profile_id IN ({_listed(profiles)})"
        if spared:
            theirs = f"({theirs} AND event_id NOT IN ({_listed(sorted(spared))}))"
        if events:
            theirs += f" OR event_id IN ({_listed(sorted(events))})"
        _open_table(lake_url).delete(f"workspace_id IN ({_listed(workspaces)}) AND ({theirs})")
        _sql.run(conn, "finish_erasures", {"profiles": profiles})
        return len(waiting)


def read_from_lake(lake_url: str, *, workspace_id: int, profile_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What the lake holds of people: id, type, name, times, and properties and context as JSON text."""
    table = _open_table(lake_url)
    found = table.to_pyarrow_table(
        filters=[("workspace_id", "=", workspace_id), ("profile_id", "in", list(profile_ids))],
        columns=["event_id", "type", "name", "occurred_at", "received_at", "properties", "context"],
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return [{"id": row.pop("event_id"), **row} for row in rows]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)


def tend_lake(lake_url: str) -> None:
    """Join the many small files of fresh commits into large ones, and remove files that were replaced a week ago."""
    table = _open_table(lake_url)
    table.optimize.compact(max_concurrent_tasks=1)
    table.vacuum(retention_hours=KEEP_REPLACED_HOURS, dry_run=False)
    table.cleanup_metadata()


def table_url(lake_url: str) -> str:
    """Where in the lake the events are."""
    return lake_url.rstrip("/") + "/events"


@contextmanager
def _only_writer(conn: Conn) -> Iterator[bool]:
    mine = bool(_sql.run(conn, "lock_lake", {"lock": _LOCK}).fetchone()[0])  # type: ignore[index]
    try:
        yield mine
    finally:
        if mine and not conn.closed:
            _sql.run(conn, "unlock_lake", {"lock": _LOCK})


def _open_table(lake_url: str) -> Any:
    from deltalake import DeltaTable

    url = table_url(lake_url)
    if "://" not in url:
        Path(url).mkdir(parents=True, exist_ok=True)
    if DeltaTable.is_deltatable(url):
        return DeltaTable(url)
    return DeltaTable.create(url, _stored_schema(), partition_by=["workspace_id", "day"], name="events")


def _append(table: Any, rows: pa.Table, application: str, until: int) -> None:
    from deltalake import CommitProperties, Transaction, write_deltalake

    write_deltalake(
        table,
        rows,
        mode="append",
        commit_properties=CommitProperties(app_transactions=[Transaction(application, until)]),
    )


def _columns() -> dict[str, pa.DataType]:
    import pyarrow as pa

    return {
        "event_id": pa.int64(),
        "workspace_id": pa.int32(),
        "day": pa.date32(),
        "profile_id": pa.int64(),
        "source_id": pa.int32(),
        "type": pa.string(),
        "name": pa.string(),
        "message_key": pa.string(),
        "occurred_at": pa.timestamp("us", "UTC"),
        "received_at": pa.timestamp("us", "UTC"),
        "properties": pa.string(),
        "context": pa.string(),
    }


def _stored_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(list(_columns().items()))


def _read_rows(conn: Conn, start: int, until: int) -> pa.Table:
    """The slice as Arrow, through COPY's CSV: parsed in C++, ten times cheaper than rows as Python objects."""
    import pyarrow as pa
    from pyarrow import csv

    columns = _columns()
    read_as = {name: pa.int64() if pa.types.is_timestamp(kind) else kind for name, kind in columns.items()}
    statement = f"COPY ({_sql['lake_rows'].sql}) TO STDOUT (FORMAT csv)"
    with conn.cursor() as cursor, cursor.copy(statement, {"start": str(start), "until": str(until)}) as copy:
        data = b"".join(copy)
    table = csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(column_names=list(columns), use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=read_as, null_values=[""], strings_can_be_null=False),
    )
    return table.cast(_stored_schema())

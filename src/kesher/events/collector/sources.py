"""Write key → source, remembered for a few seconds: a request costs no query, a switched-off key stops soon."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from kesher.events.collector.errors import StorageDown, WriteKeyUnknown
from kesher.kernel.db import Conn, connect
from kesher.kernel.sql import statements_of

KNOWN_SECONDS = 10.0
UNKNOWN_SECONDS = 2.0
_REMEMBERED = 10_000
_KEY_LENGTH = 200

_sql = statements_of("kesher.events")


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The source of a write key."""

    workspace_id: int
    source_id: int


class SourceDirectory:
    """The sources by write key. Lookups run in a thread of their own with a connection of their own."""

    def __init__(self, connect_database: Callable[[], Conn] | None = None) -> None:
        self._connect = connect_database or (lambda: connect("collector sources"))
        self._conn: Conn | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="collector-sources")
        self._known: OrderedDict[str, tuple[float, SourceRef | None]] = OrderedDict()

    async def find_source(self, write_key: str) -> SourceRef:
        """The enabled source of a key; WriteKeyUnknown, or StorageDown when nobody can tell."""
        known = self._known.get(write_key)
        if known is None or known[0] < time.monotonic():
            source = await self._look_up(write_key, known[1] if known else None)
        else:
            source = known[1]
        if source is None:
            raise WriteKeyUnknown
        return source

    def close(self) -> None:
        """End the thread and the connection."""
        self._thread.shutdown(wait=True)
        if self._conn is not None:
            self._conn.close()

    async def _look_up(self, write_key: str, stale: SourceRef | None) -> SourceRef | None:
        if not write_key or len(write_key) > _KEY_LENGTH or "\0" in write_key:
            return None
        try:
            source = await asyncio.get_running_loop().run_in_executor(self._thread, self._query, write_key)
        except psycopg.OperationalError as error:
            if stale is None:
                raise StorageDown(retry_after=2) from error
            return stale
        lifetime = KNOWN_SECONDS if source else UNKNOWN_SECONDS
        self._known[write_key] = (time.monotonic() + lifetime, source)
        self._known.move_to_end(write_key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return source

    def _query(self, write_key: str) -> SourceRef | None:
        try:
            return self._query_once(write_key)
        except psycopg.OperationalError:
            # The server may have restarted since the last question: once more, over a new connection.
            return self._query_once(write_key)

    def _query_once(self, write_key: str) -> SourceRef | None:
        if self._conn is None or self._conn.closed:
            self._conn = self._connect()
        row = _sql.run(self._conn, "find_source", {"write_key": write_key}).fetchone()
        return SourceRef(*row) if row else None

"""The collector without a network: requests go straight into the ASGI application; the log is kept in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from kesher.events.collector.app import Collector
from kesher.events.collector.errors import WriteKeyUnknown
from kesher.events.collector.limits import Limits
from kesher.events.collector.sources import SourceDirectory, SourceRef
from kesher.events.collector.writer import Writer
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.db import connect

KEY = "wk"


@dataclass
class MemoryLog:
    """The twin of `events.services.ingest`: same signature, same promises, a list for a table."""

    events: list[IncomingEvent] = field(default_factory=list)
    flushes: list[list[IncomingEvent]] = field(default_factory=list)
    before: Callable[[Sequence[IncomingEvent]], None] | None = None

    def ingest(self, conn: psycopg.Connection, events: Sequence[IncomingEvent], *, now: datetime) -> IngestResult:
        self.flushes.append(list(events))
        if self.before:
            self.before(events)
        known = {(event.source_id, event.message_id) for event in self.events}
        nobody = tuple(i for i, event in enumerate(events) if event.user_id == "null")
        fresh = []
        for event in events:
            key = (event.source_id, event.message_id)
            if key not in known and event.user_id != "null":
                known.add(key)
                fresh.append(event)
        self.events += fresh
        duplicates = len(events) - len(fresh) - len(nobody)
        return IngestResult(len(fresh), duplicates, nobody, (), 0, 0)

    @property
    def only(self) -> IncomingEvent:
        (event,) = self.events
        return event


class KnownSources(SourceDirectory):
    """Two sources of two workspaces, without a database."""

    async def find_source(self, write_key: str) -> SourceRef:
        found = {KEY: SourceRef(1, 7), "other": SourceRef(2, 9)}.get(write_key)
        if found is None:
            raise WriteKeyUnknown
        return found


@dataclass(frozen=True)
class Reply:
    """What the collector answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def codes(self) -> dict[int, str]:
        return {item["index"]: item["code"].removeprefix("events.") for item in self.json().get("refused", [])}


@dataclass(frozen=True)
class Request:
    """One request to make."""

    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    client: str = "203.0.113.9"
    chunks: Iterator[bytes] | None = None
    """The body in pieces, after which nothing comes any more, not even its end."""

    async def send_to(self, app: Collector) -> Reply:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if self.chunks is None:
                return {"type": "http.request", "body": self.body, "more_body": False}
            for piece in self.chunks:
                return {"type": "http.request", "body": piece, "more_body": True}
            return await asyncio.Future()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        scope = {"type": "http", "method": self.method, "path": self.path, "headers": headers, "scheme": "http"}
        await app({**scope, "client": (self.client, 4711), "query_string": b""}, receive, send)
        head, *rest = sent
        return Reply(
            status=head["status"],
            headers={name.decode(): value.decode("latin-1") for name, value in head["headers"]},
            body=b"".join(part["body"] for part in rest),
        )


@dataclass
class Drive:
    """Starts a collector, makes all requests at once, stops it."""

    log: MemoryLog
    now: datetime
    limits: Limits = field(default_factory=lambda: Limits(retry_seconds=(0.0, 0.0)))
    sources: Callable[[], SourceDirectory] = KnownSources
    connect_database: Callable[[], psycopg.Connection] = lambda: connect("collector test")
    pauses: list[float] = field(default_factory=list)

    def __call__(self, *requests: Request) -> list[Reply]:
        async def run() -> list[Reply]:
            writer = Writer(
                self.limits, ingest=self.log.ingest, connect_database=self.connect_database, pause=self.pauses.append
            )
            app = Collector(self.limits, writer, self.sources(), wall_clock=lambda: self.now)
            await app.startup()
            try:
                return list(await asyncio.gather(*(request.send_to(app) for request in requests)))
            finally:
                await app.shutdown()

        return asyncio.run(run())

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
        """One POST; a `body` that is not bytes is written as JSON with the write key in it."""
        if not isinstance(body, bytes):
            body = json.dumps({"writeKey": KEY, **body}).encode()
        return self(Request(path, body, headers or {}, **more))[0]

    def batch(self, *items: Any, **envelope: Any) -> Reply:
        """One batch; items that are bytes are put in as they are."""
        parts = [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]
        head = json.dumps({"writeKey": KEY, **envelope}).encode()
        return self.post("/v1/batch", head[:-1] + b',"batch":[' + b",".join(parts) + b"]}")

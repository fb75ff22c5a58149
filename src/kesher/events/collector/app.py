"""The collector's ASGI application: routes, one request's way from bytes to the answer after the commit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from kesher.events.collector import errors, metrics, replies, sender
from kesher.events.collector.body import Headers, Receive, SenderLeft, read_body
from kesher.events.collector.documents import load_tracker, rudder_source_config, segment_settings
from kesher.events.collector.limits import Limits
from kesher.events.collector.normalise import normalise, receive
from kesher.events.collector.replies import Send
from kesher.events.collector.sources import SourceDirectory, SourceRef
from kesher.events.collector.wire import Envelope, open_batch, open_single
from kesher.events.collector.writer import Refusals, Writer
from kesher.events.types import IncomingEvent

_log = structlog.get_logger("kesher.collector")

Scope = Mapping[str, Any]

_CALLS = {
    "track": "track",
    "identify": "identify",
    "page": "page",
    "screen": "screen",
    "group": "group",
    "alias": "alias",
    # What analytics.js in the browser uses.
    "t": "track",
    "i": "identify",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
}
_PROJECT = re.compile("/v1/projects/([^/]+)/settings")
_BATCHES = frozenset({"batch", "b", "import"})


def _wall_clock() -> datetime:
    return datetime.now(UTC)


def create_collector(
    *, limits: Limits | None = None, writer: Writer | None = None, sources: SourceDirectory | None = None
) -> Collector:
    """The collector as an ASGI application; Django must be set up. Give it the server's lifespan events, or call
    `startup` and `shutdown`."""
    limits = limits or Limits()
    return Collector(limits, writer or Writer(limits), sources or SourceDirectory())


@dataclass(slots=True)
class _Sorted:
    """The items of one request: those to store, and those refused before."""

    events: list[IncomingEvent]
    positions: list[int]
    refused: Refusals


class Collector:
    """Answers `/v1/…`, `/sourceConfig`, `/t.js`, `/metrics` and `/healthz`."""

    def __init__(
        self,
        limits: Limits,
        writer: Writer,
        sources: SourceDirectory,
        *,
        wall_clock: Callable[[], datetime] = _wall_clock,
    ) -> None:
        self._limits = limits
        self._writer = writer
        self._sources = sources
        self._wall_clock = wall_clock
        self._tracker = load_tracker()
        self._reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            await self._route(scope, headers, receive, send)
        except errors.RequestRefused as error:
            await self._refuse(send, headers, error)
        except SenderLeft:
            _log.debug("collector.sender_left")

    async def startup(self) -> None:
        """Start writing; in the event loop that will serve the requests."""
        self._writer.start()

    async def shutdown(self) -> None:
        """Store what waits and close the connections."""
        await self._writer.stop()
        await asyncio.to_thread(self._sources.close)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.startup()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.shutdown()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _route(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        path: str = scope["path"].rstrip("/")
        call = path.removeprefix("/v1/")
        if scope["method"] == "OPTIONS":
            await replies.reply_preflight(send, headers)
        elif call in _CALLS or call in _BATCHES:
            _demand(scope, "POST")
            await self._collect(call, scope, headers, receive, send)
        elif path in _PAGES:
            _demand(scope, "GET", "HEAD")
            await _PAGES[path](self, scope, headers, send)
        elif project := _PROJECT.fullmatch(path):
            _demand(scope, "GET", "HEAD")
            await self._settings(project[1], scope, headers, send)
        else:
            raise errors.PathUnknown(path=path[:200])

    async def _collect(self, call: str, scope: Scope, headers: Headers, receive_body: Receive, send: Send) -> None:
        key = sender.basic_key(headers)
        source = await self._sources.find_source(key) if key else None
        body = await self._read(receive_body, headers)
        received_at = self._wall_clock()
        envelope = open_batch(body) if call in _BATCHES else open_single(body)
        if source is None:
            source = await self._sources.find_source(envelope.write_key or sender.bearer_key(headers) or "")
        receipt = receive(
            envelope,
            workspace_id=source.workspace_id,
            source_id=source.source_id,
            received_at=received_at,
            sender=sender.sender_context(scope, headers),
            path=call,
        )
        items = _sort(envelope, _CALLS.get(call), receipt)
        if items.events:
            late = await self._writer.store(items.events, len(body))
            items.refused.update((items.positions[position], error) for position, error in late.items())
        await self._answer(envelope, items, headers, send)

    async def _read(self, receive: Receive, headers: Headers) -> bytes:
        if self._reading >= self._limits.readers:
            raise errors.Busy(retry_after=1)
        self._reading += 1
        try:
            return await read_body(receive, headers, seconds=self._limits.body_seconds)
        finally:
            self._reading -= 1

    async def _answer(self, envelope: Envelope, items: _Sorted, headers: Headers, send: Send) -> None:
        if not items.refused:
            await replies.reply_json(send, replies.SUCCESS)
            return
        for error in items.refused.values():
            metrics.REFUSED.labels(error.code).inc()
        ids = {position: _message_id(envelope.items[position]) for position in items.refused}
        refused = replies.describe_refused(items.refused, ids, replies.language_of(headers))
        accepted = len(envelope.items) - len(refused)
        if accepted:
            await replies.reply_json(send, replies.accepted_body(accepted, refused))
        else:
            await self._refuse(send, headers, errors.NothingAccepted(), accepted=0, refused=refused)

    async def _refuse(self, send: Send, headers: Headers, error: errors.RequestRefused, **extra: Any) -> None:
        metrics.REQUESTS_REFUSED.labels(error.code).inc()
        await replies.reply_refused(send, headers, error, extra)

    async def _settings(self, key: str, scope: Scope, headers: Headers, send: Send) -> None:
        await self._sources.find_source(key)
        scheme, host = sender.addressed_host(scope, headers)
        await replies.reply_json(send, segment_settings(key, scheme=scheme, host=host), cache=b"public, max-age=60")

    async def _source_config(self, scope: Scope, headers: Headers, send: Send) -> None:
        key = sender.basic_key(headers) or sender.bearer_key(headers) or ""
        source: SourceRef = await self._sources.find_source(key)
        scheme, host = sender.addressed_host(scope, headers)
        await replies.reply_json(send, rudder_source_config(key, source.source_id, scheme=scheme, host=host))

    async def _tracker_file(self, scope: Scope, headers: Headers, send: Send) -> None:
        found = [
            (b"etag", self._tracker.etag),
            (b"cache-control", b"public, max-age=86400, stale-while-revalidate=604800"),
            (b"vary", b"Accept-Encoding"),
        ]
        if self._tracker.etag in headers.get(b"if-none-match", b""):
            await replies.reply(send, 304, b"", found)
            return
        found.append((b"content-type", b"text/javascript; charset=utf-8"))
        if b"gzip" in headers.get(b"accept-encoding", b""):
            await replies.reply(send, 200, self._tracker.zipped, [*found, (b"content-encoding", b"gzip")])
        else:
            await replies.reply(send, 200, self._tracker.source, found)

    async def _metrics(self, scope: Scope, headers: Headers, send: Send) -> None:
        await replies.reply(send, 200, metrics.exposition(), [(b"content-type", metrics.CONTENT_TYPE.encode())])

    async def _health(self, scope: Scope, headers: Headers, send: Send) -> None:
        if not self._writer.is_alive():
            raise errors.StorageDown(retry_after=1)
        await replies.reply_json(send, b'{"status":"ok"}')


_PAGES = {
    "/sourceConfig": Collector._source_config,
    "/t.js": Collector._tracker_file,
    "/metrics": Collector._metrics,
    "/healthz": Collector._health,
}


def _demand(scope: Scope, *methods: str) -> None:
    if scope["method"] not in methods:
        raise errors.MethodRefused(allowed=", ".join((*methods, "OPTIONS")))


def _sort(envelope: Envelope, kind: str | None, receipt: Any) -> _Sorted:
    items = _Sorted([], [], {})
    for position, raw in enumerate(envelope.items):
        try:
            items.events.append(normalise(raw, kind, receipt))
            items.positions.append(position)
        except errors.EventRefused as error:
            items.refused[position] = error
    return items


class _Named(msgspec.Struct):
    messageId: str | None = None


def _message_id(raw: msgspec.Raw | bytes) -> str | None:
    """The messageId of a refused item, when it can be read at all."""
    try:
        return msgspec.json.decode(raw, type=_Named).messageId
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None

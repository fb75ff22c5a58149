"""`GET /api/live`: the events of a workspace as they arrive, as server-sent events.

An ASGI application beside Django, since a stream must hold neither a thread nor a database connection. One poller a
process asks for all its clients at once, twice a second while there are any. Each event's `id` is its place in the log,
so a browser that lost the stream goes on where it was (Last-Event-ID); `after` is the same for the first time, with the
`latest` of `GET /api/events`. A stream ends after five minutes: the browser comes back and is asked again who it is.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpResponse

from kesher.accounts import queries as accounts
from kesher.api.errors import NotSignedIn, RequestRejected
from kesher.api.feed import Batch, Client, Feed, read_missed
from kesher.api.live import Place, RecentEvent
from kesher.api.paging import Id, decode_cursor, encode_cursor
from kesher.api.problems import defect_response, problem_response
from kesher.kernel.errors import KesherError

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

PATH = "/api/live"
BEAT_SECONDS = 15.0
LIFE_SECONDS = 300.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_BEGINNING = b"retry: 1000\n\n"
_BEAT = b":\n\n"
_SKIPPED = b"event: skipped\ndata: {}\n\n"


class LiveEvents:
    """The ASGI application of the path; `close` ends all streams."""

    def __init__(self, feed: Feed | None = None) -> None:
        self._feed = feed or Feed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        admitted = await asyncio.to_thread(_admit, scope)
        if isinstance(admitted, HttpResponse):
            await _answer(send, admitted)
            return
        workspace_id, after = admitted
        try:
            client = await self._feed.subscribe(workspace_id)
        except KesherError as error:
            await _answer(send, await asyncio.to_thread(_refuse, scope, error))
            return
        leaving = asyncio.create_task(_await_leaving(receive))
        streaming = asyncio.create_task(_stream(client, after, send))
        try:
            await asyncio.wait({leaving, streaming}, return_when=asyncio.FIRST_COMPLETED, timeout=LIFE_SECONDS)
        finally:
            self._feed.unsubscribe(client)
            leaving.cancel()
            streaming.cancel()
            await asyncio.gather(leaving, streaming, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def close(self) -> None:
        """End all streams and begin no other: the process is about to stop."""
        self._feed.close()


async def _stream(client: Client, after: Place | None, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await _write(send, _BEGINNING)
    last = after
    if after is not None:
        missed = await asyncio.to_thread(read_missed, client.workspace_id, after)
        last = await _write_batch(send, missed, after)
    while True:
        try:
            batch = await asyncio.wait_for(client.batches.get(), BEAT_SECONDS)
        except TimeoutError:
            await _write(send, _BEAT)
            continue
        if batch is None:
            return
        last = await _write_batch(send, batch, last)


async def _write_batch(send: Send, batch: Batch, last: Place | None) -> Place | None:
    """Write what lies behind `last`; the place of the last event written so far."""
    fresh = [event for event in batch.events if last is None or event.place > last]
    if not fresh:
        return last
    await _write(send, (_SKIPPED if batch.skipped else b"") + b"".join(map(_line, fresh)))
    return fresh[-1].place


def _line(event: RecentEvent) -> bytes:
    content = {name: getattr(event, name) for name in RecentEvent.__slots__ if name != "place"}
    return b"id: %s\ndata: %s\n\n" % (encode_cursor(event.place).encode("ascii"), msgspec.json.encode(content))


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _await_leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _admit(scope: Scope) -> tuple[int, Place | None] | HttpResponse:
    """The workspace whose events a signed-in member may see, and where she was; or why not."""
    request = ASGIRequest(dict(scope), io.BytesIO())
    try:
        request.get_host()
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.session = session
        request.user = get_user(request)
        if not request.user.is_authenticated:
            raise NotSignedIn
        named = request.GET.get("workspace") or request.headers.get("X-Workspace")
        actor = accounts.access_as_member(request.user.pk, reference=named)
        actor.require("events:read")
        seen = request.headers.get("Last-Event-ID") or request.GET.get("after")
        return actor.workspace_id, decode_cursor(seen, tuple[Id, Id])
    except DisallowedHost:
        return problem_response(request, RequestRejected())
    except KesherError as error:
        return problem_response(request, error)
    except Exception as error:
        return defect_response(request, error)
    finally:
        connections.close_all()


def _refuse(scope: Scope, error: KesherError) -> HttpResponse:
    return problem_response(ASGIRequest(dict(scope), io.BytesIO()), error)


async def _answer(send: Send, response: HttpResponse) -> None:
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content, "more_body": False})

"""One poller for all who watch events arrive in this process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog
from django.db import connections

from kesher.api.errors import TooManyStreams
from kesher.api.live import Place, RecentEvent, list_newest, read_horizon
from kesher.kernel.db import request_connection

_log = structlog.get_logger("kesher.live")

PAUSE_SECONDS = 0.5
MOST_CLIENTS = 200
MOST_EVENTS = 100
"""Of a workspace at once: more than a person can watch. The newest are shown, and that others were skipped."""
_WAITING = 16
"""Batches that may wait for a slow client; then its stream ends, and the browser comes back for what it missed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one workspace, the oldest first; `skipped`: others before them were left out."""

    events: list[RecentEvent]
    skipped: bool


@dataclass(eq=False, slots=True)
class Client:
    """One stream; None in its queue ends it."""

    workspace_id: int
    batches: asyncio.Queue[Batch | None] = field(default_factory=lambda: asyncio.Queue(_WAITING + 1))


class Feed:
    """Reads the log twice a second while somebody watches, and hands each client what is its workspace's."""

    def __init__(self) -> None:
        self._clients: set[Client] = set()
        self._poller: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def subscribe(self, workspace_id: int) -> Client:
        """A client that gets everything logged from now on; TooManyStreams when the process has no room."""
        if self._closed or len(self._clients) >= MOST_CLIENTS:
            raise TooManyStreams(retry_after=5)
        client = Client(workspace_id)
        self._clients.add(client)
        async with self._starting:
            if self._poller is None or self._poller.done():
                after = await asyncio.to_thread(_read_horizon)
                self._poller = asyncio.create_task(self._poll(after))
        return client

    def unsubscribe(self, client: Client) -> None:
        """Forget a client; the poller rests when it was the last."""
        self._clients.discard(client)

    def close(self) -> None:
        """End all streams, and begin no other."""
        self._closed = True
        for client in self._clients:
            _end(client)

    async def _poll(self, after: Place) -> None:
        while self._clients:
            workspaces = sorted({client.workspace_id for client in self._clients})
            try:
                after, batches = await asyncio.to_thread(_read, workspaces, after)
            except Exception:
                _log.exception("live.poll_failed")
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            for client in list(self._clients):
                if client.workspace_id in batches:
                    self._hand(client, batches[client.workspace_id])
            await asyncio.sleep(PAUSE_SECONDS)

    def _hand(self, client: Client, batch: Batch) -> None:
        if client.batches.qsize() >= _WAITING:
            self._clients.discard(client)
            _end(client)
        else:
            client.batches.put_nowait(batch)


def read_missed(workspace_id: int, after: Place) -> Batch:
    """What a workspace's log has behind a place: the newest of it."""
    _, batches = _read([workspace_id], after)
    return batches.get(workspace_id, Batch([], skipped=False))


def _read(workspaces: list[int], after: Place) -> tuple[Place, dict[int, Batch]]:
    """What lies behind a place in each workspace, and the place behind it all."""
    try:
        end, found = list_newest(request_connection(), workspaces=workspaces, after=after, limit=MOST_EVENTS + 1)
    finally:
        connections.close_all()
    batches = {
        workspace_id: Batch(events[-MOST_EVENTS:], skipped=len(events) > MOST_EVENTS)
        for workspace_id, events in found.items()
    }
    return end, batches


def _read_horizon() -> Place:
    try:
        return read_horizon(request_connection())
    finally:
        connections.close_all()


def _end(client: Client) -> None:
    if not client.batches.full():
        client.batches.put_nowait(None)

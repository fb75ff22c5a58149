"""Events as they arrive, over a stream: scoped, resumable, bounded, ended cleanly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest
from callers import Caller
from django.db import connections

from kesher.accounts import services
from kesher.accounts.types import Role
from kesher.api import feed as feeds
from kesher.api import streaming
from kesher.api.feed import Feed
from kesher.api.streaming import LiveEvents
from kesher.events import services as events
from kesher.events.types import EventType, IncomingEvent

Scenario = Callable[["Viewer"], Awaitable[None]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAUSE_SECONDS", 0.01)


class Viewer:
    """A browser that watches: what it was sent, and the moment it leaves."""

    def __init__(self, app: LiveEvents, cookies: str, query: str = "", **headers: str) -> None:
        self.app = app
        self.status = 0
        self.body = b""
        self.ended = False
        self.news = asyncio.Event()
        self.gone = asyncio.Event()
        given = {"host": "127.0.0.1", "cookie": cookies, **headers}
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/live",
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(app(self.scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message["body"]
            self.ended = not message["more_body"]
        self.news.set()

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not met():
                await self.news.wait()
                self.news.clear()

    async def leave(self) -> None:
        self.gone.set()
        await asyncio.wait_for(self.task, 10)

    @property
    def seen(self) -> list[str]:
        lines = [line for line in self.body.decode().splitlines() if line.startswith('data: {"')]
        return [json.loads(line.removeprefix("data: "))["name"] for line in lines]

    @property
    def last_id(self) -> str:
        return [line.removeprefix("id: ") for line in self.body.decode().splitlines() if line.startswith("id: ")][-1]


@pytest.fixture
def cookies(signed_in: Callable[[Role], Caller]) -> str:
    return "; ".join(f"{each.key}={each.value}" for each in signed_in(Role.VIEWER).client.cookies.values())


@pytest.fixture
def log(conn: psycopg.Connection, workspace: int, now: datetime) -> Callable[..., None]:
    def write(*names: str, into: int = workspace) -> None:
        calls = [
            IncomingEvent(
                workspace_id=into,
                source_id=0,
                message_id=f"{into}-{name}",
                type=EventType.TRACK,
                name=name,
                occurred_at=now,
                received_at=now,
                user_id="dana",
            )
            for name in names
        ]
        events.ingest(conn, calls, now=now)

    return write


def play(scenario: Callable[[LiveEvents], Awaitable[None]]) -> None:
    """Runs it in a loop of its own with a fresh feed, which must come to rest."""

    async def run() -> None:
        feed = Feed()
        app = LiveEvents(feed)
        await scenario(app)
        assert not feed._clients
        if feed._poller is not None:
            await asyncio.wait_for(feed._poller, 10)

    asyncio.run(run())
    connections.close_all()


async def watching(app: LiveEvents, cookies: str, query: str = "", **headers: str) -> Viewer:
    viewer = Viewer(app, cookies, query, **headers)
    await viewer.until(lambda: viewer.status != 0 and viewer.body != b"")
    return viewer


def test_whoever_watches_sees_events_of_her_workspace_as_they_arrive(
    cookies: str, log: Callable[..., None], other_workspace: int
) -> None:
    async def scenario(app: LiveEvents) -> None:
        one, two = await watching(app, cookies), await watching(app, cookies, "workspace=shop")
        log("Theirs", into=other_workspace)
        log("First")
        log("Second", "Third")
        for viewer in (one, two):
            await viewer.until(lambda viewer=viewer: len(viewer.seen) >= 3)
            assert viewer.seen == ["First", "Second", "Third"]
            await viewer.leave()
            assert viewer.ended

    play(scenario)


def test_a_stream_goes_on_where_it_was_lost(cookies: str, log: Callable[..., None], api: Caller) -> None:
    async def scenario(app: LiveEvents) -> None:
        first = await watching(app, cookies)
        log("Seen")
        await first.until(lambda: first.seen == ["Seen"])
        await first.leave()
        log("Missed 1")
        log("Missed 2")

        again = await watching(app, cookies, last_event_id=first.last_id)
        log("New")
        await again.until(lambda: len(again.seen) >= 3)
        assert again.seen == ["Missed 1", "Missed 2", "New"]
        await again.leave()

    log("Before")
    play(scenario)


def test_the_stream_continues_the_list_of_the_newest(cookies: str, log: Callable[..., None], api: Caller) -> None:
    log("Listed")
    latest = api("GET", "/events").json()["latest"]
    log("Between")

    async def scenario(app: LiveEvents) -> None:
        viewer = await watching(app, cookies, f"after={latest}")
        await viewer.until(lambda: viewer.seen == ["Between"])
        await viewer.leave()

    play(scenario)


def test_of_a_flood_the_newest_are_shown_and_that_others_were_not(
    cookies: str, log: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_EVENTS", 3)

    async def scenario(app: LiveEvents) -> None:
        viewer = await watching(app, cookies)
        log(*(f"Flood {number}" for number in range(5)))
        await viewer.until(lambda: len(viewer.seen) >= 3)
        assert viewer.seen == ["Flood 2", "Flood 3", "Flood 4"]
        assert b"event: skipped" in viewer.body
        await viewer.leave()

    play(scenario)


def test_strangers_and_those_who_may_not_are_refused_in_words(
    cookies: str, workspace: int, other_workspace: int, now: datetime
) -> None:
    services.create_user(email="nobody@shop.test", password="a long enough secret", now=now)

    async def scenario(app: LiveEvents) -> None:
        for asked, status, code in (
            (("", ""), 401, "api.not_signed_in"),
            (("sessionid=made-up", ""), 401, "api.not_signed_in"),
            ((cookies, "workspace=other"), 404, "accounts.workspace_not_found"),
            ((cookies, "after=made-up"), 422, "api.cursor_invalid"),
        ):
            viewer = await watching(app, *asked)
            await viewer.task
            assert (viewer.status, json.loads(viewer.body)["code"]) == (status, code)
        strange = await watching(app, cookies, x_forwarded_host="x", host="evil.test")
        assert strange.status == 400

    play(scenario)


def test_a_process_has_room_for_so_many_and_no_more(cookies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_CLIENTS", 1)

    async def scenario(app: LiveEvents) -> None:
        first = await watching(app, cookies)
        second = await watching(app, cookies)
        assert (second.status, json.loads(second.body)["code"]) == (503, "api.too_many_streams")
        await first.leave()
        third = await watching(app, cookies)
        assert third.status == 200
        await third.leave()

    play(scenario)


def test_a_quiet_stream_beats_and_ends_in_time(cookies: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(streaming, "LIFE_SECONDS", 0.3)

    async def scenario(app: LiveEvents) -> None:
        viewer = await watching(app, cookies)
        await asyncio.wait_for(viewer.task, 10)
        assert viewer.body.count(b":\n\n") >= 2
        assert viewer.ended

    play(scenario)


def test_whoever_does_not_read_is_let_go(
    cookies: str, workspace: int, log: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "_WAITING", 2)

    async def scenario(app: LiveEvents) -> None:
        client = await app._feed.subscribe(workspace)
        for number in range(4):
            log(f"Event {number}")
            await asyncio.sleep(0.1)
        taken = [await client.batches.get() for _ in range(client.batches.qsize())]
        assert len(taken) == 3 and taken[-1] is None

    play(scenario)


def test_a_poll_that_fails_is_tried_again(
    cookies: str, log: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = feeds._read
    broken = iter([True, True])

    def read(*args: Any) -> Any:
        if next(broken, False):
            raise psycopg.OperationalError("gone")
        return reading(*args)

    async def scenario(app: LiveEvents) -> None:
        viewer = await watching(app, cookies)
        monkeypatch.setattr(feeds, "_read", read)
        log("After all")
        await viewer.until(lambda: viewer.seen == ["After all"])
        await viewer.leave()

    play(scenario)


def test_closing_ends_every_stream_and_begins_no_other(cookies: str) -> None:
    async def scenario(app: LiveEvents) -> None:
        viewers = [await watching(app, cookies) for _ in range(3)]
        app.close()
        for viewer in viewers:
            await asyncio.wait_for(viewer.task, 10)
            assert viewer.ended
        late = await watching(app, cookies)
        assert late.status == 503

    play(scenario)

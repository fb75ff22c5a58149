"""Answered after the commit; neighbours are never lost; a database that is away loses nothing."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from collector_driver import Drive, MemoryLog, Request

from kesher.events.collector.limits import Limits
from kesher.events.types import IncomingEvent
from kesher.kernel.db import connect


def body_of(*names: str) -> bytes:
    calls = [{"type": "track", "userId": "u", "event": name, "messageId": name} for name in names]
    return json.dumps({"writeKey": "wk", "batch": calls}).encode()


def poison(kind: type[Exception]) -> Any:
    """An ingest that fails as a whole when an event is named `poison…`, as a transaction does."""

    def before(events: Sequence[IncomingEvent]) -> None:
        if any(event.name.startswith("poison") for event in events):
            raise kind("this event cannot be stored")

    return before


def names(log: MemoryLog) -> list[str]:
    return [event.name for event in log.events]


def test_requests_that_wait_together_are_written_together(drive: Drive, log: MemoryLog) -> None:
    opened = threading.Event()

    def hold_the_first(events: Sequence[IncomingEvent]) -> None:
        if len(log.flushes) == 1:
            # All 50 requests are in the queue before the first flush ends: the event loop does not wait for it.
            opened.wait(0.2)

    log.before = hold_the_first
    replies = drive(*(Request("/v1/batch", body_of(f"e{i}")) for i in range(50)))
    assert {reply.status for reply in replies} == {200}
    assert len(log.events) == 50 and len(log.flushes) <= 3


@pytest.mark.parametrize(("requests", "threads"), [(20, 2), (5, 1)])
def test_a_second_thread_writes_only_when_a_crowd_waits(
    drive: Drive, log: MemoryLog, requests: int, threads: int
) -> None:
    writing: set[int] = set()
    seen: list[int] = []
    first = threading.Event()

    def hold_the_first(events: Sequence[IncomingEvent]) -> None:
        writing.add(threading.get_ident())
        seen.append(len(writing))
        if len(seen) == 1:
            first.wait(0.2)

    log.before = hold_the_first
    drive.limits = Limits(crowd_events=10, flush_events=10)
    replies = drive(*(Request("/v1/batch", body_of(f"e{i}")) for i in range(requests)))
    assert {reply.status for reply in replies} == {200}
    assert len(log.events) == requests and max(seen) == threads


def test_a_transaction_has_a_bounded_size(drive: Drive, log: MemoryLog) -> None:
    drive.limits = Limits(flush_events=4)
    drive(*(Request("/v1/batch", body_of(f"a{i}", f"b{i}", f"c{i}")) for i in range(20)))
    assert len(log.events) == 60 and max(len(flush) for flush in log.flushes) <= 6


def test_the_answer_comes_after_the_commit(drive: Drive, log: MemoryLog) -> None:
    order: list[str] = []
    log.before = lambda events: order.append("write")

    class Watched(Request):
        async def send_to(self, app: Any) -> Any:
            reply = await super().send_to(app)
            order.append(f"answer {len(log.events)}")
            return reply

    drive(Watched("/v1/batch", body_of("e")))
    assert order == ["write", "answer 1"]


@pytest.mark.parametrize("kind", [psycopg.DataError, psycopg.IntegrityError, ValueError, KeyError])
@pytest.mark.parametrize("others", [0, 1, 6])
def test_a_poisoned_event_takes_no_neighbour_with_it(
    drive: Drive, log: MemoryLog, kind: type[Exception], others: int
) -> None:
    log.before = poison(kind)
    good = [Request("/v1/batch", body_of(f"good{i}", f"fine{i}")) for i in range(others)]
    mixed, *replies = drive(Request("/v1/batch", body_of("a", "b", "poison", "c")), *good)
    assert (mixed.status, mixed.codes, mixed.json()["accepted"]) == (200, {2: "event_not_storable"}, 3)
    assert mixed.json()["refused"][0]["messageId"] == "poison"
    assert {reply.body for reply in replies} <= {b'{"success":true}'}
    assert len(log.events) == 3 + 2 * others and "poison" not in names(log)


def test_a_value_that_the_database_refuses_is_the_events_fault_also_when_it_is_alone(
    drive: Drive, log: MemoryLog
) -> None:
    log.before = poison(psycopg.DataError)
    reply = drive.post("/v1/batch", body_of("poison"))
    assert (reply.status, reply.codes) == (400, {0: "event_not_storable"})


@pytest.mark.parametrize("kind", [ValueError, psycopg.errors.UndefinedTable, psycopg.IntegrityError])
def test_a_writer_that_can_store_nothing_drops_nothing(drive: Drive, log: MemoryLog, kind: type[Exception]) -> None:
    log.before = poison(kind)
    reply = drive.post("/v1/batch", body_of(*(f"poison{i}" for i in range(50))))
    assert (reply.status, reply.json()["code"]) == (503, "events.storage_down")
    assert len(log.flushes) < 100


def test_many_poisoned_events_cannot_hold_the_writer(drive: Drive, log: MemoryLog) -> None:
    log.before = poison(psycopg.DataError)
    reply = drive.post("/v1/batch", body_of("good", *(f"poison{i}" for i in range(400))))
    assert reply.status == 503
    assert len(log.flushes) < 100


def test_a_server_that_comes_back_is_found_again(drive: Drive, log: MemoryLog) -> None:
    failing = [psycopg.OperationalError("server closed the connection"), psycopg.InterfaceError("closed")]

    def before(events: Sequence[IncomingEvent]) -> None:
        if failing:
            raise failing.pop()

    log.before = before
    assert drive.post("/v1/batch", body_of("e")).status == 200
    assert names(log) == ["e"] and len(drive.pauses) == 2


def test_a_connection_that_was_cut_is_made_anew(conn: psycopg.Connection, drive: Drive, log: MemoryLog) -> None:
    made: list[psycopg.Connection] = []

    def connect_again() -> psycopg.Connection:
        made.append(connect("collector test"))
        return made[-1]

    def cut_the_first(events: Sequence[IncomingEvent]) -> None:
        if len(made) == 1:
            conn.execute("SELECT pg_terminate_backend(%s)", (made[0].info.backend_pid,))
            made[0].execute("SELECT 1")

    drive.connect_database = connect_again
    log.before = cut_the_first
    assert drive.post("/v1/batch", body_of("e")).status == 200
    assert names(log) == ["e"] and len(made) == 2


def test_while_the_database_is_down_the_answer_is_503_and_says_when(drive: Drive, log: MemoryLog) -> None:
    def refuse() -> psycopg.Connection:
        raise psycopg.OperationalError("connection refused")

    drive.connect_database = refuse
    reply = drive.post("/v1/batch", body_of("e"), {"Accept-Language": "he"})
    assert (reply.status, reply.json()["code"], reply.headers["retry-after"]) == (503, "events.storage_down", "2")
    assert reply.json()["message"].startswith("לא ניתן לשמור")
    assert log.events == []


def test_a_full_queue_answers_429_and_loses_nothing_that_it_took(drive: Drive, log: MemoryLog) -> None:
    drive.limits = Limits(waiting_events=10)
    held = threading.Event()
    log.before = lambda events: held.wait(0.2) and None  # type: ignore[func-returns-value]
    replies = drive(*(Request("/v1/batch", body_of(f"a{i}", f"b{i}", f"c{i}")) for i in range(8)))
    taken = [reply for reply in replies if reply.status == 200]
    busy = [reply for reply in replies if reply.status == 429]
    assert len(taken) == 3 and len(busy) == 5
    assert len(log.events) == 9
    assert busy[0].headers["retry-after"] == "2" and int(busy[0].headers["x-ratelimit-reset"]) > 1_700_000_000
    assert busy[0].json()["code"] == "events.busy"


def test_one_large_batch_is_taken_when_nothing_else_waits(drive: Drive, log: MemoryLog) -> None:
    drive.limits = Limits(waiting_events=2)
    assert drive.post("/v1/batch", body_of("a", "b", "c")).status == 200


def test_a_writer_that_hangs_is_answered_for(drive: Drive, log: MemoryLog) -> None:
    drive.limits = Limits(answer_seconds=0.02)
    hang = threading.Event()
    log.before = lambda events: hang.wait(0.1) and None  # type: ignore[func-returns-value]
    assert drive.post("/v1/batch", body_of("e")).status == 503
    assert names(log) == ["e"]


def test_what_waits_at_shutdown_is_stored(drive: Drive, log: MemoryLog) -> None:
    stopping = threading.Event()
    log.before = lambda events: stopping.wait(5) and None  # type: ignore[func-returns-value]
    drive.limits = Limits(answer_seconds=2)

    class StopsTheCollector(Request):
        async def send_to(self, app: Any) -> Any:
            being_written = asyncio.create_task(Request(self.path, body_of("first")).send_to(app))
            while not log.flushes:
                await asyncio.sleep(0)
            waiting = asyncio.create_task(super().send_to(app))
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(0.02, stopping.set)
            await app.shutdown()
            return [await being_written, await waiting]

    ((first, second),) = drive(StopsTheCollector("/v1/batch", body_of("second")))
    assert (first.status, second.status) == (200, 200)
    assert sorted(names(log)) == ["first", "second"]  # two writers: batches of two callers have no order

"""When an event happened: the sender's clock is corrected, history is kept, the future is not believed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from collector_driver import Drive, MemoryLog

from kesher.kernel.clock import freeze_clock

CALL = {"type": "track", "userId": "u1", "event": "e"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def occurred(log: MemoryLog, now: datetime) -> timedelta:
    """How long before it was received the event happened."""
    return now - log.only.occurred_at  # type: ignore[no-any-return]


def test_without_a_timestamp_it_happened_when_it_was_received(drive: Drive, log: MemoryLog, now: datetime) -> None:
    drive.batch(CALL, sentAt=iso(now - HOUR))
    assert occurred(log, now) == timedelta(0)


@pytest.mark.parametrize("field", ["originalTimestamp", "timestamp"])
@pytest.mark.parametrize("clock_error", [timedelta(0), 3 * HOUR, -3 * HOUR, 400 * DAY, timedelta(seconds=2)])
def test_a_wrong_clock_of_the_sender_is_corrected(
    drive: Drive, log: MemoryLog, now: datetime, field: str, clock_error: timedelta
) -> None:
    sent_at = now + clock_error
    drive.batch({**CALL, field: iso(sent_at - timedelta(seconds=10))}, sentAt=iso(sent_at))
    assert occurred(log, now) == timedelta(seconds=10)


def test_a_single_calls_own_sent_at_counts(drive: Drive, log: MemoryLog, now: datetime) -> None:
    drive.post("/v1/track", {**CALL, "timestamp": iso(now - 5 * HOUR), "sentAt": iso(now - 4 * HOUR)})
    assert occurred(log, now) == HOUR


def test_an_items_own_sent_at_counts_when_the_batch_has_none(drive: Drive, log: MemoryLog, now: datetime) -> None:
    drive.batch({**CALL, "timestamp": iso(now - 5 * HOUR), "sentAt": iso(now - 4 * HOUR)})
    assert occurred(log, now) == HOUR


@pytest.mark.parametrize(
    ("path", "sent_at"),
    [("/v1/batch", None), ("/v1/import", timedelta(0)), ("/v1/import", 30 * DAY), ("/v1/batch", timedelta(seconds=7))],
    ids=["no sentAt", "import", "import, wrong clock", "stock SDK, slow line"],
)
def test_history_keeps_its_timestamps(
    drive: Drive, log: MemoryLog, now: datetime, path: str, sent_at: timedelta | None
) -> None:
    body: dict[str, Any] = {"batch": [{**CALL, "timestamp": iso(now - 2000 * DAY)}]}
    if sent_at is not None:
        body["sentAt"] = iso(now - sent_at)
    drive.post(path, body)
    assert occurred(log, now) == 2000 * DAY


def test_a_time_without_a_zone_is_utc_and_another_zone_is_understood(
    drive: Drive, log: MemoryLog, now: datetime
) -> None:
    drive.batch({**CALL, "timestamp": "2026-01-13T10:00:00"}, {**CALL, "timestamp": "2026-01-13T12:00:00.000+02:00"})
    assert [now - event.occurred_at for event in log.events] == [2 * HOUR, 2 * HOUR]


@pytest.mark.parametrize(("ahead", "kept"), [(timedelta(minutes=5), False), (2 * HOUR, True), (4000 * DAY, True)])
def test_nothing_happens_after_it_was_received(
    drive: Drive, log: MemoryLog, now: datetime, ahead: timedelta, kept: bool
) -> None:
    said = iso(now + ahead)
    drive.batch({**CALL, "timestamp": said})
    assert occurred(log, now) == timedelta(0)
    assert json.loads(log.only.context).get("originalTimestamp") == (said if kept else None)


@pytest.mark.parametrize(
    "said",
    ["yesterday", "", 1700000000, True, [], {}, "1989-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-13-01T00:00:00Z"],
)
def test_a_timestamp_that_is_none_is_refused_alone(drive: Drive, log: MemoryLog, said: Any) -> None:
    reply = drive.batch({**CALL, "timestamp": said}, CALL)
    assert (reply.status, reply.codes, len(log.events)) == (200, {0: "timestamp_wrong"}, 1)


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_an_absurd_sent_at_overflows_nothing(drive: Drive, log: MemoryLog, now: datetime, sent_at: str) -> None:
    reply = drive.batch({**CALL, "timestamp": iso(now)}, {**CALL, "timestamp": "9999-12-31T23:59:59Z"}, sentAt=sent_at)
    assert reply.status in (200, 400)
    assert set(reply.codes.values()) <= {"timestamp_wrong"}


@pytest.mark.parametrize("sent_at", ["soon", 5, None, [], {"a": 1}])
def test_an_unreadable_sent_at_corrects_nothing(drive: Drive, log: MemoryLog, now: datetime, sent_at: Any) -> None:
    drive.batch({**CALL, "timestamp": iso(now - HOUR)}, sentAt=sent_at)
    assert occurred(log, now) == HOUR


def test_a_frozen_clock_holds_the_log_at_its_time(
    conn: psycopg.Connection, drive: Drive, log: MemoryLog, now: datetime
) -> None:
    past = now - 300 * DAY
    freeze_clock(conn, past)
    drive.batch(CALL, {**CALL, "timestamp": iso(past - HOUR)})
    assert [(event.received_at, event.occurred_at) for event in log.events] == [(past, past), (past, past - HOUR)]

"""The engine process: it owns shards, and moves everything that an event or a moment sets in motion, tick by tick.

A tick is one transaction: read the new slice of the log, bring the segments up to date, move the journeys, reserve
messages, move the cursor. What a tick writes is events again, which the next tick reads.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from kesher.events import queries as event_queries
from kesher.events import services as events
from kesher.events import temporary as event_tables
from kesher.journeys import queries as journey_queries
from kesher.journeys import services as journeys
from kesher.journeys import temporary as journey_tables
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, connect
from kesher.kernel.scratch import truncate_tables
from kesher.kernel.shards import SHARDS
from kesher.kernel.wake import WORK, listen, wait_for_work
from kesher.messaging import services as messaging
from kesher.segments import queries as segment_queries
from kesher.segments import services as segments

log = structlog.get_logger("kesher.engine")

CONSUMER = "engine"
SLICE_ROWS = 5_000
STOP_LOOK_SECONDS = 1.0
LONGEST_SLEEP_SECONDS = 30.0
# A row above the horizon becomes readable when an older transaction ends, which nobody announces.
HORIZON_SLEEP_SECONDS = 0.01
_SCRATCH = (event_tables, journey_tables)
TIDY_AFTER_EVENTS = 2_000
"""Deleted rows make the temporary tables slower to scan; after so many events their space is given back."""
_SHARD_LOCK = 0x6B657368  # "kesh": the first key of the advisory locks, one a shard


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: events read, whether more is due at once, and the decision time it used."""

    events: int
    more: bool
    now: datetime


def run_engine(stop: threading.Event) -> None:
    """Tick until told to stop; a lost connection is made again, a failing tick is tried again with growing pauses."""
    pause = 0.5
    while not stop.is_set():
        try:
            with connect("engine") as conn:
                shards = claim_shards(conn, *_share())
                prepare(conn)
                listen(conn, [WORK])
                log.info("engine ready", shards=len(shards))
                untidied = 0
                while not stop.is_set():
                    untidied = tidy(conn, untidied + _work(conn, shards, stop))
                    pause = 0.5
        except psycopg.Error:
            log.exception("tick failed", retry_in_seconds=pause)
            stop.wait(pause)
            pause = min(pause * 2, 30.0)


def prepare(conn: Conn) -> None:
    """Create the temporary tables that a tick works in."""
    for room in _SCRATCH:
        room.create_temporary_tables(conn)


def tidy(conn: Conn, events: int) -> int:
    """Give back the space of the temporary tables after enough events; how many of them still count."""
    if events <= TIDY_AFTER_EVENTS:
        return events
    truncate_tables(conn, [name for room in _SCRATCH for name in room.TABLES])
    return 0


def claim_shards(conn: Conn, number: int, of: int) -> list[int]:
    """Take the advisory locks of this engine's shards, waiting for whoever holds them (a hot standby waits here)."""
    shards = [shard for shard in range(SHARDS) if shard % of == number - 1]
    for shard in shards:
        conn.execute("SELECT pg_advisory_lock(%s, %s)", (_SHARD_LOCK, shard))
    return shards


def tick(conn: Conn, shards: list[int]) -> Ticked:
    """One unit of work over the given shards; the temporary tables must exist (`prepare`)."""
    with conn.transaction():
        now = read_clock(conn)
        piece = events.open_slice(conn, consumer=CONSUMER, shards=shards, limit=SLICE_ROWS)
        more = events.tell_object_changes(conn, now=now)
        more = segments.advance_segments(conn, now=now, shards=shards) or more
        more = segments.advance_scores(conn, piece, now=now) or more
        messaging.follow_merges(conn)
        messaging.follow_erasures(conn)
        more = journeys.advance_journeys(conn, now=now, shards=shards) or more
        events.count_slice(conn, piece)
        events.close_slice(conn, piece)
    return Ticked(events=piece.rows, more=more or not piece.complete, now=now)


def _work(conn: Conn, shards: list[int], stop: threading.Event) -> int:
    """Tick, then sleep while there is nothing to do; the number of events that were read."""
    started = time.perf_counter()
    done = tick(conn, shards)
    if done.events or done.more:
        log.debug("tick", events=done.events, seconds=round(time.perf_counter() - started, 4))
        if not done.more:
            wait_for_work(conn, 0.0)
    else:
        rest(conn, _seconds_until_due(conn, shards, done.now), stop)
    return done.events


def rest(conn: Conn, seconds: float, stop: threading.Event) -> None:
    """Sleep until there is work or the time is out. A signal does not end the wait for a notice, so that whether the
    engine is to stop is asked once a second."""
    until = time.monotonic() + seconds
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        if wait_for_work(conn, min(left, STOP_LOOK_SECONDS)):
            return


def _seconds_until_due(conn: Conn, shards: list[int], now: datetime) -> float:
    if events_waiting(conn, shards):
        return HORIZON_SLEEP_SECONDS
    timers = [segment_queries.next_timer(conn, shards), journey_queries.next_timer(conn, shards)]
    due = min((t for t in timers if t is not None), default=now + timedelta(seconds=LONGEST_SLEEP_SECONDS))
    return max(0.0, min((due - now).total_seconds(), LONGEST_SLEEP_SECONDS))


def events_waiting(conn: Conn, shards: list[int]) -> bool:
    """Whether rows lie above the horizon that the last slice could not take yet."""
    return event_queries.has_unread(conn, consumer=CONSUMER, shards=shards)


def _share() -> tuple[int, int]:
    """This engine's part of the shards: KESHER_ENGINE is `1/1` unless several engines share the work."""
    number, _, of = os.environ.get("KESHER_ENGINE", "1/1").partition("/")
    share: tuple[Any, Any] = int(number), int(of or 1)
    return share

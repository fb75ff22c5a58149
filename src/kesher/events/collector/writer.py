"""What waits and the threads that write it: all of it goes into one transaction, and is answered after its commit.

While one transaction runs, the next requests gather by themselves, so that the busier it is, the larger a transaction
and the cheaper an event; an idle collector writes a single event at once. Further threads join in only when a crowd
waits: then one prepares its events while PostgreSQL works for the others.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import psycopg
import structlog

from kesher.events import services
from kesher.events.collector import metrics
from kesher.events.collector.errors import Busy, EventNotStorable, EventRefused, NobodyIdentified, StorageDown
from kesher.events.collector.limits import Limits
from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, connect

_log = structlog.get_logger("kesher.collector")

_RETRY_AFTER = 2
_POISONED_PER_FLUSH = 20
"""Each costs a dozen small transactions to find; the rest of such a flush is answered 503 and comes again."""

Ingest = Callable[..., IngestResult]
Refusals = dict[int, EventRefused]
"""Position in the submission → why it was not stored."""


@dataclass(slots=True, eq=False)
class _Submission:
    events: Sequence[IncomingEvent]
    size: int
    answer: asyncio.Future[Refusals]


@dataclass(slots=True)
class _Outcome:
    """What became of the events of one flush, by position; `suspect` are those that failed alone, and not by a value
    that PostgreSQL refuses: poisoned when others could be stored, otherwise the fault is not theirs."""

    refused: Refusals = field(default_factory=dict)
    suspect: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    stored: int = 0
    duplicates: int = 0
    poisoned: int = 0

    def judge_suspects(self) -> None:
        """Settle the suspects when all is tried."""
        if self.stored:
            self.refused.update((position, EventNotStorable()) for position in self.suspect)
        else:
            self.lost |= self.suspect


class _Backlog:
    """The submissions that no thread has taken yet, in order of arrival."""

    def __init__(self, crowd: int) -> None:
        self._lock = threading.Lock()
        self._some = threading.Condition(self._lock)
        self._many = threading.Condition(self._lock)
        self._crowd = crowd
        self._waiting: deque[_Submission] = deque()
        self._events = 0
        self._closed = False

    def put(self, submission: _Submission) -> None:
        """Add one and wake whom it concerns."""
        with self._lock:
            self._waiting.append(submission)
            self._events += len(submission.events)
            self._some.notify()
            if self._events >= self._crowd:
                self._many.notify()

    def close(self) -> None:
        """Nothing more comes; what waits is still to be taken."""
        with self._lock:
            self._closed = True
            self._some.notify_all()
            self._many.notify_all()

    def take(self, most: int, *, crowd: bool) -> list[_Submission]:
        """Wait for something, or for a crowd, and take all of it up to about `most` events; nothing: it is closed."""
        signal, least = (self._many, self._crowd) if crowd else (self._some, 1)
        with self._lock:
            signal.wait_for(lambda: self._events >= least or self._closed)
            taken: list[_Submission] = []
            count = 0
            while self._waiting and count < most:
                taken.append(self._waiting.popleft())
                count += len(taken[-1].events)
            self._events -= count
            return taken


class Writer:
    """Takes events from any number of requests of one event loop and stores them durably."""

    def __init__(
        self,
        limits: Limits,
        *,
        ingest: Ingest = services.ingest,
        connect_database: Callable[[], Conn] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._ingest = ingest
        self._connect = connect_database or (lambda: connect("collector"))
        self._pause = pause
        self._here = threading.local()
        self._backlog = _Backlog(limits.crowd_events)
        self._waiting_events = 0
        self._waiting_bytes = 0
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the threads; answers are given in the running event loop."""
        self._loop = asyncio.get_running_loop()
        for number in range(self._limits.writers):
            name = f"collector-writer-{number}"
            self._threads.append(threading.Thread(target=self._run, args=(number > 0,), name=name, daemon=True))
            self._threads[-1].start()

    async def stop(self) -> None:
        """Store what waits, then end the threads."""
        self._backlog.close()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._threads.clear()

    def is_alive(self) -> bool:
        """Whether the threads run."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    async def store(self, events: Sequence[IncomingEvent], size: int) -> Refusals:
        """Store events of `size` bytes; returns after the commit, with those refused alone. Busy, StorageDown."""
        assert self._loop is not None, "start() first"
        limits = self._limits
        if self._waiting_events and (
            self._waiting_events + len(events) > limits.waiting_events
            or self._waiting_bytes + size > limits.waiting_bytes
        ):
            raise Busy(retry_after=_RETRY_AFTER)
        submission = _Submission(events, size, self._loop.create_future())
        self._waiting_events += len(events)
        self._waiting_bytes += size
        metrics.WAITING.set(self._waiting_events)
        self._backlog.put(submission)
        try:
            async with asyncio.timeout(limits.answer_seconds):
                return await submission.answer
        except TimeoutError as error:
            raise StorageDown(retry_after=_RETRY_AFTER) from error

    def _run(self, crowd: bool) -> None:
        assert self._loop is not None
        while taken := self._backlog.take(self._limits.flush_events, crowd=crowd):
            outcome = self._flush([event for submission in taken for event in submission.events])
            self._loop.call_soon_threadsafe(self._settle, taken, outcome)
        conn: Conn | None = getattr(self._here, "conn", None)
        if conn is not None:
            conn.close()

    def _settle(self, taken: list[_Submission], outcome: _Outcome) -> None:
        start = 0
        for submission in taken:
            positions = range(start, start + len(submission.events))
            start = positions.stop
            self._waiting_events -= len(submission.events)
            self._waiting_bytes -= submission.size
            if submission.answer.done():
                continue
            if outcome.lost and not outcome.lost.isdisjoint(positions):
                submission.answer.set_exception(StorageDown(retry_after=_RETRY_AFTER))
            elif outcome.refused:
                refused = {p - positions.start: outcome.refused[p] for p in positions if p in outcome.refused}
                submission.answer.set_result(refused)
            else:
                submission.answer.set_result({})
        metrics.WAITING.set(self._waiting_events)

    def _flush(self, events: list[IncomingEvent]) -> _Outcome:
        outcome = _Outcome()
        try:
            self._store(events, 0, outcome)
        except Exception:
            # A defect of this file must not end the thread: what it holds is answered 503 and sent again.
            _log.exception("collector.flush_failed", events=len(events))
            outcome.lost.update(range(len(events)))
        outcome.judge_suspects()
        metrics.ACCEPTED.inc(outcome.stored)
        metrics.DUPLICATES.inc(outcome.duplicates)
        metrics.FLUSH_EVENTS.observe(len(events))
        return outcome

    def _store(self, events: list[IncomingEvent], offset: int, outcome: _Outcome) -> None:
        """Write; when it fails by what the events hold, halve until the poisoned one stands alone."""
        failure = self._try(events, offset, outcome)
        if failure is None:
            return
        if len(events) == 1:
            self._set_aside(events[0], offset, failure, outcome)
            return
        half = len(events) // 2
        self._store(events[:half], offset, outcome)
        self._store(events[half:], offset + half, outcome)

    @staticmethod
    def _set_aside(event: IncomingEvent, position: int, failure: Exception, outcome: _Outcome) -> None:
        # Not the error's text: PostgreSQL quotes the customer's data in it.
        described = {"source_id": event.source_id, "message_id": event.message_id, "error": type(failure).__name__}
        outcome.poisoned += 1
        if isinstance(failure, psycopg.DataError):
            outcome.refused[position] = EventNotStorable()
            _log.warning("collector.event_not_storable", sqlstate=failure.sqlstate, **described)
        else:
            # A defect: where it is matters, once.
            _log.error("collector.event_failed", exc_info=None if outcome.suspect else failure, **described)
            outcome.suspect.add(position)

    def _try(self, events: list[IncomingEvent], offset: int, outcome: _Outcome) -> Exception | None:
        """Write these in one transaction and note the result; returns a failure that may be due to one of them."""
        if outcome.lost or outcome.poisoned > _POISONED_PER_FLUSH:
            outcome.lost.update(range(offset, offset + len(events)))
            return None
        try:
            result = self._write(events)
        except (StorageDown, psycopg.ProgrammingError) as error:
            _log.error("collector.not_stored", events=len(events), error=str(error))
            outcome.lost.update(range(offset, offset + len(events)))
            return None
        except Exception as error:
            return error
        outcome.stored += len(events) - len(result.unidentified)
        outcome.duplicates += result.duplicates
        outcome.refused.update((offset + position, NobodyIdentified()) for position in result.unidentified)
        return None

    def _write(self, events: list[IncomingEvent]) -> IngestResult:
        """One transaction, tried again over a new connection when the server went away; StorageDown at the end."""
        for pause in (*self._limits.retry_seconds, None):
            try:
                with metrics.FLUSH_SECONDS.time():
                    conn = self._connection()
                    now = read_clock(conn)
                    return self._ingest(conn, _stamped(events, now), now=now)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                _log.warning("collector.write_failed", events=len(events), error=str(error), again=pause is not None)
                if pause is None:
                    raise StorageDown(retry_after=_RETRY_AFTER) from error
                self._pause(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _connection(self) -> Conn:
        """The running thread's own."""
        conn: Conn | None = getattr(self._here, "conn", None)
        if conn is None or conn.closed:
            conn = self._here.conn = self._connect()
        return conn


def _stamped(events: list[IncomingEvent], now: datetime) -> list[IncomingEvent]:
    """Events no later than `now`: the clock may be frozen in the past, or the database's run behind this machine's."""
    if all(event.received_at <= now for event in events):
        return events
    return [
        msgspec.structs.replace(event, received_at=min(event.received_at, now), occurred_at=min(event.occurred_at, now))
        for event in events
    ]

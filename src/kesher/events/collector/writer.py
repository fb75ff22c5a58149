"""The queue and the one thread that writes: all that waits goes into one transaction, and is answered after its commit.

While one transaction runs, the next requests gather by themselves, so that the busier it is, the larger a transaction
and the cheaper an event; an idle collector writes a single event at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue

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


class Writer:
    """Takes events from any number of requests of one event loop and stores them durably, in order of arrival."""

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
        self._conn: Conn | None = None
        self._queue: SimpleQueue[_Submission | None] = SimpleQueue()
        self._waiting_events = 0
        self._waiting_bytes = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread; answers are given in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="collector-writer", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Store what waits, then end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

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
        self._queue.put(submission)
        try:
            async with asyncio.timeout(limits.answer_seconds):
                return await submission.answer
        except TimeoutError as error:
            raise StorageDown(retry_after=_RETRY_AFTER) from error

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            taken, stopping = self._take_along(first)
            outcome = self._flush([event for submission in taken for event in submission.events])
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._settle, taken, outcome)
            if stopping:
                break
        if self._conn is not None:
            self._conn.close()

    def _take_along(self, first: _Submission) -> tuple[list[_Submission], bool]:
        """Everything that waits by now, up to the size of one transaction; True when the end was among it."""
        taken, count = [first], len(first.events)
        while count < self._limits.flush_events:
            try:
                submission = self._queue.get_nowait()
            except Empty:
                break
            if submission is None:
                return taken, True
            taken.append(submission)
            count += len(submission.events)
        return taken, False

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
                if self._conn is None or self._conn.closed:
                    self._conn = self._connect()
                with metrics.FLUSH_SECONDS.time():
                    now = read_clock(self._conn)
                    return self._ingest(self._conn, _stamped(events, now), now=now)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                _log.warning("collector.write_failed", events=len(events), error=str(error), again=pause is not None)
                if pause is None:
                    raise StorageDown(retry_after=_RETRY_AFTER) from error
                self._pause(pause)
        raise AssertionError("unreachable: the last try returns or raises")


def _stamped(events: list[IncomingEvent], now: datetime) -> list[IncomingEvent]:
    """Events no later than `now`: the clock may be frozen in the past, or the database's run behind this machine's."""
    if all(event.received_at <= now for event in events):
        return events
    return [
        msgspec.structs.replace(event, received_at=min(event.received_at, now), occurred_at=min(event.occurred_at, now))
        for event in events
    ]

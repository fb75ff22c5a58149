"""Lives through the recorded year: once a day the clock moves on, what happened since is sent, and all that it sets in
motion comes to rest before the next step. So the outcome does not depend on how fast the machine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

from kesher.cli.demo.errors import ReplayStuck
from kesher.cli.demo.recording import SHOP_ZONE, Call, Recording
from kesher.cli.demo.sending import CollectorClient
from kesher.config.engine import CONSUMER
from kesher.events import queries as event_queries
from kesher.journeys import queries as journey_queries
from kesher.kernel.clock import freeze_clock
from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.segments import queries as segment_queries

STEP_HOURS = (19, 23)
"""Hours of the shop's clock, in turn by day. At 23 it is quiet in Israel: what falls due there waits for the morning,
and so for the next step, at which both Israel (19) and New York (12) may be written to."""
STUCK_SECONDS = 60.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.002, 0.02
_ALL_SHARDS = list(range(SHARDS))

_sql = statements_of("kesher.cli")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the replay is: the demo's moment, calls sent and per second, runs started, messages handed over."""

    at: datetime
    share: float
    events: int
    events_per_second: float
    runs: int
    messages: int


@dataclass(slots=True)
class Replay:
    """One pass through a recording."""

    conn: Conn
    client: CollectorClient
    workspace_id: int
    recording: Recording
    days_per_second: float | None = None
    _sent: int = 0
    _started: float = 0.0

    def run(self, report: Callable[[Progress], None]) -> None:
        """Send the year step by step, then go on until every run has settled."""
        self._started = time.perf_counter()
        calls = iter(self.recording.calls)
        ahead = next(calls, None)
        for at in step_times(self.recording.starts_at, self.recording.ends_at):
            due: list[Call] = []
            while ahead is not None and ahead.at <= at:
                due.append(ahead)
                ahead = next(calls, None)
            self._step(at, due)
            self._keep_pace(at)
            report(self.progress(at))
        for at in step_times(self.recording.ends_at, datetime.now(UTC)):
            coming = next_due(self.conn)
            if coming is None:
                break
            if coming <= at:
                self._step(at, [])
                report(self.progress(at))

    def progress(self, at: datetime) -> Progress:
        """How far it is at the demo's moment `at`."""
        counted = _sql.run(self.conn, "count_demo_progress", {"workspace_id": self.workspace_id}).fetchone()
        runs, messages = counted or (0, 0)
        length = self.recording.ends_at - self.recording.starts_at
        return Progress(
            at=at,
            share=min(1.0, (at - self.recording.starts_at) / length),
            events=self._sent,
            events_per_second=self._sent / max(time.perf_counter() - self._started, 0.001),
            runs=runs,
            messages=messages,
        )

    def _step(self, at: datetime, due: list[Call]) -> None:
        freeze_clock(self.conn, at)
        self.client.send(call.body for call in due)
        self._sent += len(due)
        await_rest(self.conn, at)

    def _keep_pace(self, at: datetime) -> None:
        if self.days_per_second is not None:
            days = (at - self.recording.starts_at) / timedelta(days=1)
            behind = self._started + days / self.days_per_second - time.perf_counter()
            time.sleep(max(0.0, behind))


def step_times(start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments after `start` at which the clock stops; the last one is at or after `end`, when that is past."""
    day = start.astimezone(SHOP_ZONE).date()
    latest = datetime.now(UTC)
    while True:
        hour = STEP_HOURS[day.toordinal() % len(STEP_HOURS)]
        at = datetime.combine(day, time_of_day(hour), SHOP_ZONE).astimezone(UTC)
        if at > latest:
            return
        if at > start:
            yield at
        if at >= end:
            return
        day += timedelta(days=1)


def await_rest(conn: Conn, now: datetime) -> None:
    """Wait until every event is read, every due timer has fired and every due message is handed over."""
    deadline = time.monotonic() + STUCK_SECONDS
    pause = _SHORTEST_PAUSE
    while not _is_at_rest(conn, now):
        if time.monotonic() > deadline:
            raise ReplayStuck(f"{now:%Y-%m-%d %H:%M}")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def next_due(conn: Conn) -> datetime | None:
    """The earliest moment at which something happens by itself."""
    return min(_due_moments(conn), default=None)


def _is_at_rest(conn: Conn, now: datetime) -> bool:
    # One snapshot: otherwise a message could leave between two questions, and its event be overlooked.
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if event_queries.has_unread(conn, consumer=CONSUMER, shards=_ALL_SHARDS):
            return False
        return all(moment > now for moment in _due_moments(conn))


def _due_moments(conn: Conn) -> list[datetime]:
    message = _sql.run(conn, "find_next_message").fetchone()
    moments = (
        segment_queries.next_timer(conn, _ALL_SHARDS),
        journey_queries.next_timer(conn, _ALL_SHARDS),
        message[0] if message else None,
    )
    return [moment for moment in moments if moment is not None]

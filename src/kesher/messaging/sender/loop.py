"""The sender process: one event loop that writes and hands over, three threads' worth of database work beside it."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
import psycopg
import structlog
from django.conf import settings
from psycopg.types.json import set_json_loads

from kesher.kernel import wake
from kesher.kernel.clock import read_clock
from kesher.kernel.db import connect
from kesher.kernel.sql import statements_of
from kesher.messaging.sender.batch import Job, Outcome
from kesher.messaging.sender.claim import LEASE, Batch, Room, claim_batch
from kesher.messaging.sender.directory import Directory
from kesher.messaging.sender.journal import Journal
from kesher.messaging.sender.outbox import Outbox
from kesher.messaging.sender.recovery import recover, take_over_expired
from kesher.messaging.sender.settle import settle
from kesher.messaging.services.broadcasts import advance_broadcasts
from kesher.messaging.types import Lane

_sql = statements_of("kesher.messaging")
_log = structlog.get_logger("kesher.sender")

BATCH = 400
"""Messages of a lane claimed at once: some 100 ms of work, so a lower lane is looked at that often. Each of the dozen
statements of a claim waits for its turn among this process' threads: half as many took the sender 30 % longer."""
_GATHER_SECONDS = 0.01
_RECORD_SECONDS = 0.05
"""Outcomes are recorded so often: some 200 of a broadcast at once, where ten milliseconds bring 30 and the half dozen
statements of a transaction cost more than the rows. Until then the journal remembers them."""
_LONGEST_SLEEP_SECONDS = 30.0
_SHORTEST_SLEEP_SECONDS = 0.05
_CROWDED_SLEEP_SECONDS = 0.5
_RENEW_SECONDS = LEASE.total_seconds() / 3


def run(stop: threading.Event, *, folder: Path | None = None) -> None:
    """Send until `stop` is set; the process' main. Ends with an exception when the database goes away."""
    journal = Journal(folder or settings.DATA_DIR / "sender")
    try:
        asyncio.run(_Sender(journal).run(stop))
    finally:
        journal.close()


class _Sender:
    """Feeds the outboxes from the ledger and the ledger from the outboxes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._directory = Directory()
        self._boxes: dict[int, Outbox] = {}
        self._outcomes: list[Outcome] = []
        self._work = asyncio.Event()
        self._news = asyncio.Event()
        self._recording_lock = asyncio.Lock()
        self._stopping = False
        self._crowded = False
        self._renewed_at = time.monotonic()

    async def run(self, stop: threading.Event) -> None:
        """Until `stop`: then what is in flight is finished, the rest is given back."""
        with ExitStack() as stack:
            self._claiming, self._planning, self._recording, self._listening = (
                stack.enter_context(connect("sender")) for _ in range(4)
            )
            set_json_loads(msgspec.json.decode, self._claiming)
            put_back = recover(self._recording, self._journal, now=read_clock(self._recording))
            _log.info("sender_started", owner=self._journal.owner, put_back=put_back)
            self._listen()
            try:
                await self._work_until(stop)
            finally:
                asyncio.get_running_loop().remove_reader(self._listening.fileno())
                for box in self._boxes.values():
                    box.abort()
                await asyncio.sleep(0)  # lets cut connections be closed
        _log.info("sender_stopped")

    async def _work_until(self, stop: threading.Event) -> None:
        async with asyncio.TaskGroup() as group:
            renewing = group.create_task(self._renew_all())
            settling = group.create_task(self._settle_all())
            feeding = group.create_task(self._feed())
            await _set(stop)
            self._stopping = True
            self._work.set()
            await feeding
            renewing.cancel()
            await asyncio.gather(*(box.close() for box in self._boxes.values()))
            self._news.set()
            await settling

    # Waking.

    def _listen(self) -> None:
        wake.listen(self._listening, (wake.MESSAGES, wake.WORK))
        asyncio.get_running_loop().add_reader(self._listening.fileno(), self._read_notices)

    def _read_notices(self) -> None:
        connection = self._listening.pgconn
        try:
            connection.consume_input()
        except psycopg.OperationalError:
            # The feeder meets the same broken server and ends the process; its supervisor starts another.
            asyncio.get_running_loop().remove_reader(self._listening.fileno())
            self._work.set()
            return
        while (notice := connection.notifies()) is not None:
            # The engine's channel also tells that the clock was moved; its other news is not for a sender.
            if notice.relname.decode() == wake.MESSAGES or notice.extra == b"clock":
                self._work.set()

    # From the ledger to the outboxes.

    async def _feed(self) -> None:
        while not self._stopping:
            self._work.clear()
            # Side by side, each over its own connection: the next chunk of an audience is there when it is wanted.
            claimed, (reserved, seconds) = await asyncio.gather(
                asyncio.to_thread(self._claim, self._room()), asyncio.to_thread(self._plan)
            )
            batch, jobs, failed = claimed
            for outcome in failed:
                self._settled(outcome)
            self._dispatch(jobs)
            if batch.busy:
                await asyncio.sleep(_GATHER_SECONDS)
            elif not batch.taken and not reserved:
                await self._sleep(seconds)

    def _claim(self, room: Room) -> tuple[Batch, list[Job], list[Outcome]]:
        """In a thread: take a batch through the gate, with what is needed to write it."""
        now = read_clock(self._claiming)
        batch = claim_batch(self._claiming, owner=self._journal.owner, now=now, room=room)
        return batch, *self._directory.jobs_of(self._claiming, batch.messages, now=now)

    def _plan(self) -> tuple[int, float]:
        """In a thread: reserve for broadcasts; how many, and how long to sleep when there is nothing to do now."""
        now = read_clock(self._planning)
        reserved = advance_broadcasts(self._planning, now=now)
        moments = [_sql.run(self._planning, name).fetchone() for name in ("next_message", "next_broadcast")]
        due = [row[0] for row in moments if row is not None and row[0] is not None]
        seconds = (min(due) - now).total_seconds() if due else _LONGEST_SLEEP_SECONDS
        # What is due and finds no room waits for an outbox to empty, which wakes the feeder.
        shortest = _CROWDED_SLEEP_SECONDS if self._crowded else _SHORTEST_SLEEP_SECONDS
        return reserved, min(max(seconds, shortest), _LONGEST_SLEEP_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            return

    def _room(self) -> Room:
        """What may be claimed: a batch of each lane, and of a workspace no more than its account has room for."""
        quotas: dict[Lane, dict[int, int]] = {lane: {} for lane in Lane}
        for box in self._boxes.values():
            for lane in Lane:
                # Half-empty before it is filled again: larger batches, fewer statements.
                room = box.room(lane) if box.half_empty(lane) else 0
                if room < BATCH:
                    quotas[lane].update(dict.fromkeys(box.workspaces, room))
        self._crowded = any(quotas.values())
        return Room(dict.fromkeys(Lane, BATCH), quotas)

    def _dispatch(self, jobs: list[Job]) -> None:
        by_account: dict[int, list[Job]] = {}
        for job in jobs:
            by_account.setdefault(id(job.account), []).append(job)
        for group in by_account.values():
            account = group[0].account
            box = self._boxes.get(id(account))
            if box is None:
                box = self._boxes[id(account)] = Outbox(account, self._journal, self._settled, self._leased)
            box.put(group)

    # From the outboxes to the ledger.

    def _settled(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._news.set()

    async def _settle_all(self) -> None:
        while True:
            await self._news.wait()
            if not self._stopping:
                await asyncio.sleep(_RECORD_SECONDS)
            self._news.clear()
            batch, self._outcomes = self._outcomes, []
            if batch:
                async with self._recording_lock:
                    await asyncio.to_thread(self._settle, batch)
                self._journal.settled([outcome.message_id for outcome in batch])
            if self._crowded and any(box.half_empty(Lane.BROADCAST) for box in self._boxes.values()):
                self._work.set()
            if self._stopping and not self._outcomes and not any(box.in_flight() for box in self._boxes.values()):
                return

    def _settle(self, batch: list[Outcome]) -> None:
        settle(self._recording, batch, owner=self._journal.owner, now=read_clock(self._recording))

    # Leases.

    def _leased(self) -> bool:
        """Whether what waits here is certainly still ours: this process may have been asleep."""
        return time.monotonic() < self._renewed_at + LEASE.total_seconds() * 0.9

    async def _renew_all(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            waiting = {number for box in self._boxes.values() for number in box.waiting_ids()}
            begun_at = time.monotonic()
            async with self._recording_lock:
                held, put_back = await asyncio.to_thread(self._renew)
            self._renewed_at = begun_at
            for box in self._boxes.values():
                box.forget(waiting - held)
            if put_back:
                _log.warning("leases_taken_over", count=put_back)
                self._work.set()

    def _renew(self) -> tuple[set[int], int]:
        values = {"owner": self._journal.owner, "lease": LEASE}
        held = {row[0] for row in _sql.run(self._recording, "renew_leases", values)}
        return held, take_over_expired(self._recording)


async def _set(stop: threading.Event) -> None:
    """Wait for an event that a signal handler sets, in a thread that keeps nobody from leaving."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def watch() -> None:
        stop.wait()
        with suppress(RuntimeError):  # the loop ended before
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=watch, daemon=True, name="stop").start()
    await done.wait()

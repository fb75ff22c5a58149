"""The messages of one account on their way out: by lane, at the account's rate, written one at a time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from typing import Protocol

import structlog

from kesher.content.errors import MissingValue
from kesher.kernel.errors import KesherError
from kesher.messaging.registry import Account, get_provider_kind
from kesher.messaging.sender.batch import Job, Outcome
from kesher.messaging.sender.compose import compose_email
from kesher.messaging.sender.outcome import outcome_of
from kesher.messaging.sender.rate import TokenBucket
from kesher.messaging.transport import Answer, Envelope, Stage
from kesher.messaging.types import Lane, Reason, State

_log = structlog.get_logger("kesher.sender")
_MOST_TRIES = 3
"""Connections that may break before a message's text left, before the message itself is put off."""
_CAPACITY = 800
"""Messages waiting here at most: a fifth of a second of work, so that it does not run dry while the next are claimed. A
triggered one goes before the broadcasts that wait."""


class Journal(Protocol):
    """Where the sender notes what a crash must not make it forget."""

    def begin(self, message_id: int) -> None:
        """The text of a message is about to leave."""

    def sent(self, message_id: int) -> None:
        """The server took it."""


class Outbox:
    """The outlet of one account's transport."""

    def __init__(
        self,
        account: Account,
        journal: Journal,
        on_outcome: Callable[[Outcome], None],
        leased: Callable[[], bool],
    ) -> None:
        self.account = account
        self.workspaces: set[int] = set()
        self._journal = journal
        self._on_outcome = on_outcome
        self._leased = leased
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[int, int, Job]] = []
        self._taken: dict[int, Job] = {}
        self._order = count()
        self._queued = [0] * len(Lane)
        self._bucket = TokenBucket(account.rate_per_second, self._loop.time)
        self._wake_at: asyncio.TimerHandle | None = None
        self._failed_until = 0.0
        self._closing = False
        self._transport = get_provider_kind(account.kind).open(account, self)

    # For the sender.

    def put(self, jobs: list[Job]) -> None:
        """Queue jobs and wake the transport."""
        for job in jobs:
            self.workspaces.add(job.message.workspace_id)
            self._push(job, next(self._order))
        self._transport.wake()

    def room(self, lane: Lane) -> int:
        """How many more of a lane it should be given; a lower lane is not kept out by a higher one."""
        if self._loop.time() < self._failed_until:
            return 0
        return max(0, self.capacity - sum(self._queued[: lane + 1]))

    def half_empty(self, lane: Lane) -> bool:
        """Whether it is worth filling it up for a lane."""
        return self.room(lane) * 2 >= self.capacity

    def in_flight(self) -> int:
        """Messages that wait here or are with the transport."""
        return len(self._queue) + len(self._taken)

    def waiting_ids(self) -> list[int]:
        """The messages that wait here."""
        return [entry[2].message.id for entry in self._queue]

    def forget(self, lost: set[int]) -> None:
        """Forget what another sender took over while this process slept, and go on with the rest."""
        kept = [entry for entry in self._queue if entry[2].message.id not in lost]
        if len(kept) != len(self._queue):
            _log.warning("leases_lost", account=self.account.name, count=len(self._queue) - len(kept))
            self._queue.clear()
            self._queued = [0] * len(Lane)
            for _, order, job in kept:
                self._push(job, order)
        self._transport.wake()

    async def close(self) -> None:
        """Finish what is with the transport and give back what never left."""
        if self._wake_at is not None:
            self._wake_at.cancel()
        self._closing = True
        await self._transport.close()
        while self._queue:
            job = self._pop()
            self._finish(job, Outcome(job.message.id, State.RESERVED))

    def abort(self) -> None:
        """Cut off what is with the transport; the next life of this sender looks after it."""
        self._closing = True
        self._transport.abort()

    @property
    def capacity(self) -> int:
        """Messages that should wait here at most: what the account's rate lets out in two seconds."""
        rate = self.account.rate_per_second
        return _CAPACITY if rate is None else max(1, min(_CAPACITY, int(rate * 2)))

    # For the transport.

    def waiting(self) -> int:
        """How many could be taken now."""
        return min(len(self._queue), self._bucket.available())

    def take(self, *, eight_bit: bool) -> Envelope | None:
        """The next envelope, written now; None when there is none or the account's rate is used up."""
        while self._queue and not self._closing and self._leased():
            wait = self._bucket.wait_seconds()
            if wait > 0:
                self._wake_in(wait)
                return None
            job = self._pop()
            envelope = self._compose(job, eight_bit=eight_bit)
            if envelope is not None:
                self._bucket.spend()
                self._taken[envelope.message_id] = job
                return envelope
        return None

    def begin(self, envelope: Envelope) -> None:
        """The text of a message is about to leave."""
        self._journal.begin(envelope.message_id)

    def report(self, envelope: Envelope, answer: Answer) -> None:
        """What became of an envelope."""
        job = self._taken.pop(envelope.message_id)
        if answer.stage is Stage.CONNECTION:
            job.tries += 1
            if job.tries < _MOST_TRIES:
                self._push(job, -next(self._order))
                return
        outcome = outcome_of(envelope.message_id, answer, attempts=job.message.attempts)
        if outcome.state is State.SENT:
            self._journal.sent(envelope.message_id)
        self._finish(job, outcome)

    def fail(self, reason: str, retry_after_seconds: float) -> None:
        """The provider cannot be reached: everything that waits goes back, at no cost to its attempts."""
        _log.warning("provider_unreachable", account=self.account.name, reason=reason, retry_in=retry_after_seconds)
        self._failed_until = self._loop.time() + retry_after_seconds
        for _, _, job in self._queue:
            self._finish(
                job,
                Outcome(job.message.id, State.RESERVED, Reason.RETRY, answer=reason, retry_seconds=retry_after_seconds),
            )
        self._queue.clear()

    def _push(self, job: Job, order: int) -> None:
        heapq.heappush(self._queue, (job.message.lane, order, job))
        self._queued[job.message.lane] += 1

    def _pop(self) -> Job:
        job = heapq.heappop(self._queue)[2]
        self._queued[job.message.lane] -= 1
        return job

    def _compose(self, job: Job, *, eight_bit: bool) -> Envelope | None:
        """The envelope of a job; None when its template stopped, which is then settled."""
        message = job.message
        try:
            return compose_email(job, eight_bit=eight_bit)
        except MissingValue as error:
            outcome = Outcome(message.id, State.HELD, Reason.MISSING_VALUE, answer=str(error))
        except KesherError as error:
            outcome = Outcome(message.id, State.FAILED, Reason.TEMPLATE_ERROR, answer=str(error))
        except Exception as error:
            # A defect met by one person's data must not stop everyone else's mail: it fails alone, and loudly.
            _log.exception("compose_failed", message_id=message.id)
            outcome = Outcome(message.id, State.FAILED, Reason.TEMPLATE_ERROR, answer=repr(error)[:500])
        self._finish(job, outcome)
        return None

    def _finish(self, job: Job, outcome: Outcome) -> None:
        if outcome.state is not State.RESERVED:
            outcome.address = job.message.address
        outcome.language = job.rendered_in
        outcome.provider_id = self.account.provider_id
        self._on_outcome(outcome)

    def _wake_in(self, seconds: float) -> None:
        if self._wake_at is None:
            self._wake_at = self._loop.call_later(seconds, self._woken)

    def _woken(self) -> None:
        self._wake_at = None
        self._transport.wake()

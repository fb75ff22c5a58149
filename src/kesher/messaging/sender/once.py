"""A single bounded pass, for tests and the demo: everything that is due, synchronously."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.messaging.sender.batch import Job, Outcome
from kesher.messaging.sender.claim import Room, claim_batch
from kesher.messaging.sender.directory import Directory
from kesher.messaging.sender.journal import NoJournal
from kesher.messaging.sender.outbox import Outbox
from kesher.messaging.sender.settle import settle
from kesher.messaging.services.broadcasts import advance_broadcasts
from kesher.messaging.types import Lane


def send_pending(conn: Conn, *, now: datetime, limit: int = 10_000, batch: int = 500) -> int:
    """Send what is due at `now`, at most about `limit` messages; returns how many were sent.

    What the provider puts off, or cannot take now, is reserved again for later, so the pass ends.
    """
    owner = f"pass-{uuid.uuid4().hex}"
    directory = Directory()
    sent = taken = 0
    while taken < limit:
        reserved = advance_broadcasts(conn, now=now)
        claimed = claim_batch(conn, owner=owner, now=now, room=Room(dict.fromkeys(Lane, batch)))
        if claimed.taken == 0 and reserved == 0 and not claimed.busy:
            break
        taken += claimed.taken
        jobs, outcomes = directory.jobs_of(conn, claimed.messages, now=now)
        outcomes += asyncio.run(_deliver(jobs))
        sent += settle(conn, outcomes, owner=owner, now=now)
    advance_broadcasts(conn, now=now)
    return sent


async def _deliver(jobs: list[Job]) -> list[Outcome]:
    """Hand jobs over, each by its account, until every one has an outcome."""
    outcomes: list[Outcome] = []
    done = asyncio.Event()

    def settled(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if len(outcomes) == len(jobs):
            done.set()

    if not jobs:
        return outcomes
    by_account: dict[int, list[Job]] = {}
    for job in jobs:
        by_account.setdefault(id(job.account), []).append(job)
    boxes = []
    for group in by_account.values():
        box = Outbox(group[0].account, NoJournal(), settled, lambda: True)
        boxes.append(box)
        box.put(group)
    await done.wait()
    for box in boxes:
        await box.close()
    return outcomes

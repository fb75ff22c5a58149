"""Make the calls that are due: claim, call, record. Every call is made until it was recorded, with one key for all its
attempts, so that a receiver can tell a repeated one; which worker records is decided by the lease."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

import psycopg
import structlog
from django.conf import settings
from psycopg.types.json import Jsonb

from kesher.content.errors import RenderFailed
from kesher.content.queries import get_brand_kit
from kesher.events import services as events
from kesher.journeys.calls.network import Answer, CallFailed, CallRefused
from kesher.journeys.calls.notes import deliver_note
from kesher.journeys.calls.requests import Call, secrets_of, send_webhook
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, connect
from kesher.kernel.relations import Relation
from kesher.kernel.sealed import SealBroken, unseal
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import CALLS, listen, wait_for_work
from kesher.messaging.services import NotePost

log = structlog.get_logger("kesher.calls")

_sql = statements_of("kesher.journeys")

WEBHOOK, NOTE = "webhook", "note"
AT_ONCE = 16
LEASE = "60 seconds"
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=5), timedelta(hours=1)
_TRANSIENT = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attempt: an outcome (`ok`, `error`, `timeout`, `withdrawn`), or None for another attempt after
    `delay`."""

    outcome: str | None
    status: int | None = None
    answer: Any = None
    error: str | None = None
    delay: timedelta = FIRST_DELAY


def run_calls(stop: threading.Event) -> None:
    """Make calls whenever some are due, until told to stop."""
    owner = f"{socket.gethostname()}-{os.getpid()}"
    while not stop.is_set():
        try:
            with connect("calls") as conn:
                listen(conn, [CALLS])
                while not stop.is_set():
                    if not perform_calls(conn, now=read_clock(conn), owner=owner):
                        wait_for_work(conn, _idle_seconds(conn, stop))
        except (psycopg.Error, OSError):
            log.exception("calls could not be made; trying again")
            stop.wait(5.0)


def perform_calls(conn: Conn, *, now: datetime, owner: str = "worker") -> int:
    """Make the calls that are due, some at a time; how many were taken."""
    _sql.run(conn, "free_lost_calls")
    params = {"now": now, "owner": owner, "lease": LEASE, "limit": AT_ONCE}
    claimed = [row[0] for row in _sql.run(conn, "claim_calls", params)]
    if not claimed:
        return 0
    calls = [_loaded(conn, row, now) for row in _sql.run(conn, "load_calls", {"calls": claimed}).fetchall()]
    opened = {call.id: _open_secrets(conn, call) for call in calls}
    notes = [call for call in calls if call.kind == NOTE]
    hooks = [call for call in calls if call.kind != NOTE]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        delivered = pool.submit(_deliver_notes, notes)
        answers = pool.map(lambda call: _attempt(call, lambda: _ask(call, opened[call.id])), hooks)
        for call, result in chain(zip(hooks, answers, strict=True), _each_of(delivered)):
            _record(conn, call, result, now=now, owner=owner)
    return len(claimed)


def _each_of(delivered: Future[list[tuple[Call, Result]]]) -> Iterator[tuple[Call, Result]]:
    """The notes, when they are all out: the answers to the other calls are recorded meanwhile."""
    yield from delivered.result()


def _loaded(conn: Conn, row: Sequence[Any], now: datetime) -> Call:
    call = Call(*row, now=now)
    return replace(call, sender=get_brand_kit(conn, call.workspace_id).sender_email) if call.kind == NOTE else call


def _open_secrets(conn: Conn, call: Call) -> dict[str, str] | SealBroken:
    rows = _sql.run(conn, "load_secrets", {"workspace_id": call.workspace_id, "names": secrets_of(call)})
    try:
        return {name: unseal(bytes(sealed)) for name, sealed in rows}
    except SealBroken as error:
        return error


def _deliver_notes(notes: Sequence[Call]) -> list[tuple[Call, Result]]:
    """One after the other, over one connection."""
    with NotePost() as post:
        return [(call, _attempt(call, partial(_deliver, call, post))) for call in notes]


def _deliver(call: Call, post: NotePost) -> Result:
    deliver_note(call, post)
    return Result("ok")


def _ask(call: Call, secrets: dict[str, str] | SealBroken) -> Result:
    if isinstance(secrets, SealBroken):
        raise CallFailed(str(secrets))
    return _judge(call, send_webhook(call, secrets, allow_private=settings.ALLOW_PRIVATE_ADDRESSES))


def _attempt(call: Call, act: Callable[[], Result]) -> Result:
    if not call.awaited:
        return Result("withdrawn")
    try:
        return act()
    except (CallRefused, RenderFailed) as error:
        return Result("error", error=str(error)[:300])
    except CallFailed as error:
        return _again_or(call, "timeout" if error.timed_out else "error", Result(None, error=str(error)))


def _judge(call: Call, answer: Answer) -> Result:
    """2xx is good; what may pass (408, 425, 429, 5xx) is tried again; the rest is final, redirects among it."""
    if 200 <= answer.status < 300:
        return _read(call, answer)
    again = Result(None, answer.status, error=f"HTTP {answer.status}", delay=_asked_delay(answer.retry_after))
    if answer.status in _TRANSIENT or answer.status >= 500:
        return _again_or(call, "error", again)
    return Result("error", answer.status, error=f"HTTP {answer.status}")


def _read(call: Call, answer: Answer) -> Result:
    if call.request.get("into") is None:
        return Result("ok", answer.status)
    try:
        # NUL cannot be stored.
        value = json.loads((answer.body or b"").decode().replace("\\u0000", ""), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return Result("error", answer.status, error="the answer is not JSON, or too long")
    return Result("ok", answer.status, value)


def _again_or(call: Call, outcome: str, again: Result) -> Result:
    """Another attempt, after 5 s, 20 s, 80 s, … or what the receiver asked; or the outcome after the last one."""
    if call.attempts >= call.request.get("tries", 5):
        return Result(outcome, again.status, error=again.error)
    backed_off = min(FIRST_DELAY * 4 ** (call.attempts - 1), LONGEST_DELAY)
    return Result(None, again.status, error=again.error, delay=max(again.delay, backed_off))


def _asked_delay(retry_after: str | None) -> timedelta:
    asked = int(retry_after) if retry_after is not None and retry_after.isdecimal() and len(retry_after) < 7 else 0
    return min(timedelta(seconds=asked), LONGEST_DELAY)


def _record(conn: Conn, call: Call, result: Result, *, now: datetime, owner: str) -> None:
    params = {"call": call.id, "owner": owner, "now": now, "status": result.status, "error": result.error}
    with conn.transaction():
        if result.outcome is None:
            _sql.run(conn, "retry_call", {**params, "at": now + result.delay})
            return
        answer = None if result.answer is None else Jsonb(result.answer)
        finished = _sql.run(conn, "finish_call", {**params, "outcome": result.outcome, "answer": answer}).rowcount
        if finished and call.kind == WEBHOOK and result.outcome != "withdrawn":
            answered = {"answered_call": call.id, "answered_at": now}
            events.append_events(conn, Relation(_sql["answered_call"].sql, answered), now=now)


def _idle_seconds(conn: Conn, stop: threading.Event) -> float:
    """Until the next call is due, in short steps so that a stop is heard."""
    row = _sql.run(conn, "next_call").fetchone()
    if stop.is_set() or row is None or row[0] is None:
        return 2.0
    ahead: timedelta = row[0] - read_clock(conn)
    return min(2.0, max(0.05, ahead.total_seconds()))

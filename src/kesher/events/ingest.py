"""From calls to the log, in one transaction: duplicates dropped, people recognised, traits applied, rows written.

The hot path: a handful of statements whatever the number of events, and per event little more than one line of COPY
text. Measured in bench/ingest.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import md5
from typing import TypeVar

import msgspec
import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from kesher.events.merging import carry_merges, log_merges
from kesher.events.objects import append_object_events, apply_groups
from kesher.events.types import EventType, IncomingEvent, IngestResult
from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.wake import WORK, notify
from kesher.profiles.services import apply_traits, hold_profiles, resolve_claims
from kesher.profiles.types import IdentityClaim, MergedPair, TraitChange, TraitUpdate

_sql = statements_of(__package__)
_DAY_LOCK = 0x6B646179
"""First key of the advisory locks that separate the days ("kday"); the second is the day."""
_TRIES = 8
# COPY cannot be prepared, so it stands here and not in sql/. It takes the row straight into the log: the unique index
# events_event_message_uq makes a second writer of a message wait for the first, and then fail and look again.
_COPY = """COPY events_event (log_day, workspace_id, shard, profile_id, source_id, type, name, message_key, occurred_at,
    received_at, properties, context) FROM STDIN"""

_Answer = TypeVar("_Answer")


def ingest(conn: Conn, events: Sequence[IncomingEvent], *, now: datetime) -> IngestResult:
    """Write events in one durable transaction, each message once; up to a few thousand at a time.

    Nothing is received after `now`: when the clock is held in the past, the edge's wall clock does not count.

    Text that PostgreSQL cannot store (NUL, a lone surrogate, broken JSON) raises psycopg.DataError and nothing is
    written: the edge refuses it before.
    """
    return _again(lambda: _ingest(conn, events, now))


def _again(work: Callable[[], _Answer]) -> _Answer:
    """Try again what another process made impossible: a deadlock, or a message that it wrote first."""
    for left in reversed(range(_TRIES)):
        try:
            return work()
        except (DeadlockDetected, SerializationFailure, UniqueViolation) as error:
            if left == 0 or (isinstance(error, UniqueViolation) and not _is_of_log(error)):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _is_of_log(error: UniqueViolation) -> bool:
    return (error.diag.table_name or "").startswith("events_event")


def _ingest(conn: Conn, events: Sequence[IncomingEvent], now: datetime) -> IngestResult:
    with conn.transaction():
        day, floor = _enter_day(conn)
        keys = _message_keys(events)
        fresh = _drop_logged(conn, day, keys)
        known = _recognise(conn, [events[position] for position in fresh], now)
        profile_ids: list[int | None] = [None] * len(events)
        for position, profile_id in zip(fresh, known.profile_ids, strict=True):
            profile_ids[position] = profile_id
        carry_merges(conn, known.merges)
        changes = _apply(conn, events, profile_ids, now)
        related = apply_groups(conn, events, profile_ids, now=now)
        written = [position for position in fresh if profile_ids[position] is not None]
        if written:
            _copy(conn, day, events, keys, profile_ids, written, changes, now)
            _sql.run(conn, "summarise_ingested", {"day": day, "floor": floor, "shards": SHARDS})
            log_merges(conn, known.merges, now=now)
            append_object_events(conn, related, now=now)
            notify(conn, WORK)
    unidentified = tuple(position for position in fresh if profile_ids[position] is None)
    return IngestResult(
        accepted=len(written),
        duplicates=len(events) - len(fresh),
        unidentified=unidentified,
        profile_ids=tuple(profile_ids),
        profiles_created=known.created,
        merges=len(known.merges),
    )


_closed_days: set[tuple[bytes, bytes, bytes, date]] = set()
"""Past days for which nobody can write any more, by database: asked once a day by each process."""


def _enter_day(conn: Conn) -> tuple[date, int]:
    while True:
        day, after, floor = _sql.run(conn, "enter_day", {"lock": _DAY_LOCK}).fetchone()  # type: ignore[misc]
        if day == after:
            break
    yesterday = day - timedelta(days=1)
    closed = (conn.pgconn.host, conn.pgconn.port, conn.pgconn.db, yesterday)
    if closed not in _closed_days:
        _sql.run(conn, "close_day", {"lock": _DAY_LOCK, "day": yesterday})
        _closed_days.add(closed)
    return day, floor


def _message_keys(events: Sequence[IncomingEvent]) -> list[str]:
    """md5 of workspace, source and message id: a name, not a secret; written as a uuid."""
    return [
        md5(
            f"{e.workspace_id}/{e.source_id}/{e.message_id}".encode(errors="replace"), usedforsecurity=False
        ).hexdigest()
        for e in events
    ]


def _drop_logged(conn: Conn, day: date, keys: Sequence[str]) -> list[int]:
    """The positions of messages that are neither in the log nor earlier in the batch."""
    first = dict(zip(reversed(keys), reversed(range(len(keys))), strict=True))
    literal = "{" + ",".join(first) + "}"
    for (logged,) in _sql.run(conn, "find_logged", {"day": day, "keys": literal}):
        del first[logged.replace("-", "")]
    return sorted(first.values())


@dataclass(frozen=True, slots=True)
class _Known:
    profile_ids: list[int | None]
    created: int
    merges: tuple[MergedPair, ...]


def _recognise(conn: Conn, events: Sequence[IncomingEvent], now: datetime) -> _Known:
    """Whose each event is: by its claims, or, when it is addressed to a profile, where that one lives."""
    claimed = [event for event in events if event.profile_id is None]
    resolution = resolve_claims(conn, [_claim(event) for event in claimed], now=now)
    if len(claimed) == len(events):
        return _Known(list(resolution.profile_ids), resolution.created, resolution.merges)
    addressed = {(e.workspace_id, e.profile_id) for e in events if e.profile_id is not None}
    living = hold_profiles(conn, addressed)
    answers = iter(resolution.profile_ids)
    profile_ids = [
        next(answers) if e.profile_id is None else living.get((e.workspace_id, e.profile_id)) for e in events
    ]
    return _Known(profile_ids, resolution.created, resolution.merges)


def _claim(event: IncomingEvent) -> IdentityClaim:
    if event.type == EventType.IDENTIFY and event.traits:
        return IdentityClaim(
            workspace_id=event.workspace_id,
            user_id=event.user_id,
            anonymous_id=event.anonymous_id,
            email=_text(event.traits.get("email")),
            phone=_text(event.traits.get("phone")),
            is_identify=True,
        )
    return IdentityClaim(
        workspace_id=event.workspace_id,
        user_id=event.user_id,
        anonymous_id=event.anonymous_id,
        previous_id=event.previous_id,
    )


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


_Changes = Mapping[int, Mapping[str, TraitChange]]
"""What an identify changed, by its position."""


def _apply(conn: Conn, events: Sequence[IncomingEvent], profile_ids: Sequence[int | None], now: datetime) -> _Changes:
    updates = {
        position: TraitUpdate(
            workspace_id=event.workspace_id,
            profile_id=profile_id,
            traits=event.traits or {},
            at=event.occurred_at,
            locale=event.locale,
            timezone=event.timezone,
        )
        for position, (event, profile_id) in enumerate(zip(events, profile_ids, strict=True))
        if event.type == EventType.IDENTIFY and profile_id is not None
    }
    applied = apply_traits(conn, list(updates.values()), now=now)
    return dict(zip(updates, applied.changes, strict=True))


def _copy(
    conn: Conn,
    day: date,
    events: Sequence[IncomingEvent],
    keys: Sequence[str],
    profile_ids: Sequence[int | None],
    written: Sequence[int],
    changes: _Changes,
    now: datetime,
) -> None:
    head = day.isoformat()
    lines = []
    for position in written:
        event, profile_id = events[position], profile_ids[position]
        assert profile_id is not None
        lines.append(
            f"{head}\t{event.workspace_id}\t{profile_id % SHARDS}\t{profile_id}\t{event.source_id}\t{event.type}\t"
            f"{_escape(event.name)}\t{keys[position]}\t{event.occurred_at.isoformat()}\t"
            f"{min(event.received_at, now).isoformat()}\t{_escape(event.properties)}\t"
            f"{_escape(_context(event, changes.get(position)))}\n"
        )
    try:
        text = "".join(lines).encode()
    except UnicodeEncodeError as error:
        raise psycopg.DataError("an event holds text that is not Unicode") from error
    with conn.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(text)


def _context(event: IncomingEvent, changes: Mapping[str, TraitChange] | None) -> str:
    """The context; that of an identify says what changed (of a name that stands twice, PostgreSQL keeps the last)."""
    if not changes and (event.type != EventType.IDENTIFY or '"changes"' not in event.context):
        return event.context
    inside = event.context.strip()[1:-1].strip()
    said = msgspec.json.encode(changes or {}).decode()
    return f'{{{inside}{"," if inside else ""}"changes":{said}}}'


def _escape(text: str) -> str:
    """A value for COPY's text format. Four searches cost less than a translation of every text."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text

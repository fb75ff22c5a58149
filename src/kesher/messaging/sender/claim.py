"""Claiming a batch: lock, take, judge, load, all in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kesher.events import services as events
from kesher.kernel.db import Conn
from kesher.kernel.digests import digest_pads
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.addresses import EMAIL_PATTERN
from kesher.messaging.log import log_messages
from kesher.messaging.sender.batch import Claimed
from kesher.messaging.sender.hours import hours_of
from kesher.messaging.types import Lane, Purpose, Reason, State
from kesher.profiles.queries import list_related_objects

_sql = statements_of("kesher.messaging")

LEASE = timedelta(seconds=60)
"""Renewed every 20 s while a message is in flight; a sender that died on a lost machine is replaced after it."""
HOLD = timedelta(minutes=10)
"""Where a cap has room for one message more, one of higher priority that falls due so soon is waited for."""
_GATE_LOCK = 0x6B676174
"""The space of the gate's advisory locks ("kgat")."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many messages of each lane may be claimed now, and how many of those of a workspace that is limited."""

    limits: Mapping[Lane, int]
    quotas: Mapping[Lane, Mapping[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a claim brought. `busy`: another sender is at the gate now; `taken` counts those that were refused too."""

    messages: list[Claimed]
    taken: int
    busy: bool = False


def claim_batch(conn: Conn, *, owner: str, now: datetime, room: Room) -> Batch:
    """Take the next messages, lower lanes first, for `owner`, and let through those that may leave now."""
    with conn.transaction():
        groups = [row[0] for row in _sql.run(conn, "lock_gate", {"space": _GATE_LOCK})]
        if not groups:
            return Batch([], 0, busy=True)
        ids = _take(conn, groups, owner=owner, now=now, room=room)
        if not ids:
            return Batch([], 0)
        _sql.run(conn, "rehome_messages", {"ids": ids})
        held = _judge(conn, ids, now=now)
        log_messages(conn, held, now=now)
        messages = [Claimed(*row) for row in _sql.run(conn, "load_messages", {"ids": ids})]
        objects = list_related_objects(conn, [message.profile_id for message in messages])
        for message in messages:
            message.objects = objects.get(message.profile_id, ())
        messages.sort(key=lambda message: (message.lane, message.id))
    return Batch(messages, len(ids))


def _take(conn: Conn, groups: Sequence[int], *, owner: str, now: datetime, room: Room) -> list[int]:
    ids: list[int] = []
    profiles: list[int] = []
    for lane, limit in sorted(room.limits.items()):
        if limit <= 0:
            continue
        quotas = room.quotas.get(lane, {})
        values = {
            "lane": int(lane),
            "limit": limit,
            "groups": list(groups),
            "now": now,
            "owner": owner,
            "lease": LEASE,
            "full": [workspace_id for workspace_id, quota in quotas.items() if quota <= 0],
            "limited": list(quotas),
            "quotas": list(quotas.values()),
            "except_profiles": profiles,
        }
        for message_id, profile_id, purpose in _sql.run(conn, "claim_messages", values):
            ids.append(message_id)
            if purpose != Purpose.TRANSACTIONAL:
                profiles.append(profile_id)
    return ids


def _judge(conn: Conn, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Pass the batch through the gate; the ids of those that are held for good."""
    values = {"ids": list(ids), "now": now, "address_pattern": EMAIL_PATTERN, "hold": HOLD, **digest_pads()}
    rows = _sql.run(conn, "judge_messages", values, hours=hours_of(conn, ids, now=now)).fetchall()
    exposed = [message_id for message_id, _, reason in rows if reason == Reason.HOLDOUT]
    if exposed:
        params = {"exposed_ids": exposed, "exposed_at": now}
        events.append_events(conn, Relation(_sql["holdout_exposures"].sql, params), now=now)
    return [message_id for message_id, state, _ in rows if state == State.HELD]

"""Before a broadcast: how many would get it now, and who is held back and why; after it, what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from zoneinfo import ZoneInfo

from kesher.accounts import queries as accounts
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.messaging.errors import AudienceInvalid, ListNotReady, SegmentNotReady
from kesher.messaging.gate import Gate
from kesher.messaging.queries.broadcasts import get_broadcast
from kesher.messaging.queries.reach import relation_unreachable
from kesher.messaging.queries.settings import get_policy
from kesher.messaging.types import Reason

_sql = statements_of("kesher.messaging")

_MOST = 50_000
"""People looked at one by one; of more, every so many-th."""
_SELECT = "SELECT m.profile_id, %(flight_channel)s::text AS channel, %(flight_topic)s::text AS topic"
_OF_SEGMENT = (
    " FROM segments_membership m"
    " WHERE m.segment_id = %(flight_audience)s::bigint AND m.profile_id %% %(flight_step)s::integer = 0"
)
_OF_LIST = (
    " FROM segments_list_member m JOIN profiles_profile p ON p.id = m.profile_id"
    " WHERE m.list_id = %(flight_audience)s::bigint AND m.profile_id %% %(flight_step)s::integer = 0"
    " AND p.merged_into_id IS NULL AND p.erased_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """How many a reason holds back; `later`: they get it when the reason has passed."""

    reason: str
    people: int
    later: bool


@dataclass(frozen=True, slots=True)
class Preflight:
    """What would happen to an audience at a moment. `estimated`: counted on a sample of it."""

    audience: int
    sends: int
    held: Sequence[HeldBack]
    estimated: bool


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Messages in a state for a reason."""

    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class BroadcastResults:
    """What became of a broadcast, in messages. `machine`: opened or clicked by programs only, which counts for
    nothing."""

    messages: int
    waiting: int
    sent: int
    held: int
    failed: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    unsubscribed: int
    machine: int
    reasons: Sequence[ReasonCount]


def preflight_broadcast(
    conn: Conn,
    *,
    workspace_id: int,
    topic: str,
    now: datetime,
    segment: str | None = None,
    list_key: str | None = None,
    channel: str = "email",
    local_time: bool = False,
) -> Preflight:
    """What the gate would say of a marketing message to everybody in a segment or on a list at `now`, or when the clock
    of each place shows that time: counted by sets, with the clocks of each place asked once. Priorities are left out,
    since they depend on what else waits."""
    if (segment is None) == (list_key is None):
        raise AudienceInvalid
    asked = {"workspace_id": workspace_id, "segment": segment, "list": list_key}
    found = _sql.run(conn, "preflight_size", asked).fetchone()
    if found is None:
        raise SegmentNotReady(key=segment) if segment is not None else ListNotReady(key=list_key or "")
    audience_id, audience = found
    step = max(1, ceil(audience / _MOST))
    people = Relation(
        _SELECT + (_OF_SEGMENT if segment is not None else _OF_LIST),
        {"flight_channel": channel, "flight_topic": topic, "flight_audience": audience_id, "flight_step": step},
    )
    params = {"workspace_id": workspace_id, "now": now}
    home = accounts.get_workspace(workspace_id).timezone
    gate = Gate(get_policy(conn, workspace_id=workspace_id), home)
    clock = now.astimezone(ZoneInfo(home)).replace(tzinfo=None)
    held: Counter[tuple[str, bool]] = Counter()
    sends = seen = 0
    rows = _sql.run(conn, "preflight_people", params, unreachable=relation_unreachable(people))
    for reason, zone, country, city, capped, count in rows:
        seen += count
        then = clock.replace(tzinfo=ZoneInfo(zone or home)).astimezone(UTC) if local_time else now
        because = (reason, False) if reason else _put_off(gate, zone, country, city, capped, channel, then)
        if because is None:
            sends += count
        else:
            held[because] += count
    share = audience / seen if seen else 1
    return Preflight(
        audience=audience,
        sends=round(sends * share),
        held=[HeldBack(reason, round(n * share), later) for (reason, later), n in held.most_common()],
        estimated=step > 1,
    )


def _put_off(
    gate: Gate, zone: str, country: str, city: str, capped: bool, channel: str, now: datetime
) -> tuple[str, bool] | None:
    placed = gate.judge_place(zone, country, city, channel=channel, now=now)
    if placed is not None and placed.reason is not None:
        return placed.reason.value, placed.later is not None
    if not capped:
        return None
    drops = any(cap.action == "drop" for cap in gate.policy.caps if cap.channel in ("", channel))
    return Reason.CAPPED.value, not drops


def get_broadcast_results(conn: Conn, *, workspace_id: int, key: str) -> BroadcastResults:
    """What became of a broadcast's messages so far."""
    broadcast = {"broadcast": get_broadcast(conn, workspace_id=workspace_id, key=key).id}
    counts = _sql.run(conn, "broadcast_results", broadcast).fetchone()
    assert counts is not None
    reasons = [ReasonCount(*row) for row in _sql.run(conn, "broadcast_reasons", broadcast)]
    return BroadcastResults(*(*counts, reasons))

"""A person's timeline: what happened to her, of the kinds that somebody wants to see, repeated things together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kesher.events.types import PROFILE_IDENTIFIED, EventType, SystemEvent
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)
_VISIT = timedelta(minutes=30)
"""The same thing again within this time is one thing done several times."""


class TimelineKind(StrEnum):
    """What an event of a timeline is about."""

    ACTIVITY = "activity"
    IDENTITY = "identity"
    CONSENT = "consent"
    SEGMENT = "segment"
    SCORE = "score"
    JOURNEY = "journey"
    MESSAGE = "message"


_TYPES = {
    TimelineKind.ACTIVITY: (EventType.TRACK, EventType.PAGE, EventType.SCREEN),
    TimelineKind.IDENTITY: (EventType.IDENTIFY, EventType.GROUP, EventType.ALIAS),
}
_FIRST_WORDS = {
    "Profile": TimelineKind.IDENTITY,
    "Consent": TimelineKind.CONSENT,
    "List": TimelineKind.SEGMENT,
    "Segment": TimelineKind.SEGMENT,
    "Score": TimelineKind.SCORE,
    "Stage": TimelineKind.SCORE,
    "Message": TimelineKind.MESSAGE,
}
_SYSTEM = {name.value: _FIRST_WORDS.get(name.split()[0], TimelineKind.JOURNEY) for name in SystemEvent}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One event; `source` is the name of the site, app or till that sent it."""

    id: int
    kind: TimelineKind
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    source: str | None
    origin_profile_id: int | None
    properties: Mapping[str, Any]
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineGroup:
    """The same thing done several times on end, the latest first."""

    kind: TimelineKind
    name: str
    first_at: datetime
    last_at: datetime
    events: Sequence[TimelineEvent]


def list_timeline(
    conn: Conn,
    *,
    workspace_id: int,
    profile_id: int,
    kinds: Collection[TimelineKind] = (),
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[TimelineEvent]:
    """A person's events of some kinds (of all when none is named), the newest first, before the (occurred_at, id) of
    the last one of the page before."""
    wanted = set(kinds or TimelineKind)
    params = {
        "workspace_id": workspace_id,
        "profile_id": profile_id,
        "types": [str(each) for kind in wanted for each in _TYPES.get(kind, ())],
        "names": [name for name, kind in _SYSTEM.items() if kind in wanted],
        "before_at": before[0] if before else None,
        "before_id": before[1] if before else None,
        "limit": limit,
    }
    return [_event(*row) for row in _sql.run(conn, "list_timeline", params)]


def group_timeline(events: Iterable[TimelineEvent]) -> list[TimelineGroup]:
    """Neighbours of one name within half an hour of each other as one group; the order stays."""
    groups: list[list[TimelineEvent]] = []
    for event in events:
        last = groups[-1][-1] if groups else None
        if last is not None and last.name == event.name and last.occurred_at - event.occurred_at <= _VISIT:
            groups[-1].append(event)
        else:
            groups.append([event])
    return [
        TimelineGroup(group[0].kind, group[0].name, group[-1].occurred_at, group[0].occurred_at, group)
        for group in groups
    ]


def list_last_seen(conn: Conn, profile_ids: Collection[int]) -> dict[int, datetime]:
    """When each of some people last did something; who never did is left out."""
    return dict(
        _sql.run(conn, "list_last_seen", {"profiles": list(profile_ids), "identified": PROFILE_IDENTIFIED}).fetchall()
    )


def _event(event_id: int, type_: str, name: str, *rest: Any) -> TimelineEvent:
    kind = _SYSTEM.get(name) if type_ == EventType.SYSTEM else None
    if kind is None:
        kind = TimelineKind.IDENTITY if type_ in _TYPES[TimelineKind.IDENTITY] else TimelineKind.ACTIVITY
    return TimelineEvent(event_id, kind, type_, name, *rest)

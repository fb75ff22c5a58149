"""People as they were: what the log tells again, upon what it never said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from kesher.events.types import EventType, LoggedEvent, SystemEvent
from kesher.journeys.playing.belongings import belongings_before
from kesher.journeys.playing.customer import Beginning
from kesher.journeys.playing.loading import Stage, load_beginnings
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.queries import ToldTraits
from kesher.segments.types import Activity

_sql = statements_of("kesher.journeys")
_CONSENTS = {SystemEvent.CONSENT_GIVEN, SystemEvent.CONSENT_WITHDRAWN, SystemEvent.CONSENT_REQUESTED}
_LISTS = {SystemEvent.LIST_JOINED, SystemEvent.LIST_LEFT}


def load_pasts(
    conn: Conn, profile_ids: Sequence[int], stage: Stage, *, until: datetime, names: Collection[str] | None = None
) -> dict[int, tuple[Beginning, list[LoggedEvent]]]:
    """Each person before the log begins, and her events up to a moment in the order in which they were received (of
    some names, or all). What this journey did, and the segments that the play keeps itself, are left out."""
    params = {
        "profiles": list(profile_ids),
        "names": None if names is None else list(names),
        "until": until,
        "journey": stage.version.key,
        "segments": list(stage.rules),
    }
    heard: dict[int, list[LoggedEvent]] = defaultdict(list)
    decode = msgspec.json.decode
    for profile_id, id, type, name, occurred_at, received_at, properties, context in _sql.run(
        conn, "load_history", params
    ):
        event = LoggedEvent(id, type, name, occurred_at, received_at, None, decode(properties), decode(context))
        heard[profile_id].append(event)
    counted: dict[int, dict[str, Activity]] = defaultdict(dict)
    for profile_id, name, *activity in _sql.run(conn, "load_activity", params):
        counted[profile_id][name] = Activity(*activity)
    known = load_beginnings(conn, profile_ids, stage, with_events=False)
    return {id: (_before(beginning, counted[id], heard[id]), heard[id]) for id, beginning in known.items()}


def _before(now: Beginning, counted: Mapping[str, Activity], heard: Sequence[LoggedEvent]) -> Beginning:
    """The person before the log began: what she is now, less what the log says of her."""
    identifies = [event for event in heard if event.type == EventType.IDENTIFY]
    said = {name for event in identifies for name in event.properties}
    hinted = {name for event in identifies for name in event.context}
    told = ToldTraits(
        {name: value for name, value in now.told.traits.items() if name not in said},
        None if said & {"language", "locale"} or "locale" in hinted else now.told.language,
        None if "timezone" in said | hinted else now.told.timezone,
    )
    objects, known = belongings_before(now.objects, heard)
    permitted = {_address(event.properties) for event in heard if event.name in _CONSENTS}
    return replace(
        now,
        told=told,
        consents={pair: state for pair, state in now.consents.items() if pair not in permitted},
        lists=_lists_before(now.lists, [event for event in heard if event.name in _LISTS]),
        summary=_summary_before(counted, Counter(event.name for event in heard)),
        objects=objects,
        known=known,
    )


def _lists_before(now: frozenset[str], changes: Sequence[LoggedEvent]) -> frozenset[str]:
    first: dict[str, str] = {}
    for event in changes:
        first.setdefault(str(event.properties.get("list")), event.name)
    return (now - first.keys()) | {key for key, name in first.items() if name == SystemEvent.LIST_LEFT}


def _summary_before(now: Mapping[str, Activity], heard: Mapping[str, int]) -> dict[str, Activity]:
    """What was done before the log begins is known by number only."""
    return {
        name: Activity(activity.count - heard.get(name, 0), activity.first_at, activity.first_at)
        for name, activity in now.items()
        if activity.count > heard.get(name, 0)
    }


def _address(said: Mapping[str, Any]) -> tuple[str, str]:
    return str(said.get("channel")), str(said.get("topic") or "")

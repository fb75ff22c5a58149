"""People whom a program names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from kesher.events import services as events
from kesher.events.types import EventType, IncomingEvent, SystemEvent
from kesher.journeys import models
from kesher.journeys.definition import read_definition
from kesher.journeys.entries.api import ApiEntry
from kesher.journeys.errors import EntryClosed, JourneyNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.types import EntriesRequested, Entry, JourneyState, Newcomer
from kesher.kernel.db import Conn
from kesher.profiles import queries as profiles
from kesher.profiles.types import Kind


def request_entries(
    conn: Conn, *, workspace_id: int, key: str, request_key: str, people: Sequence[Newcomer], now: datetime
) -> EntriesRequested:
    """Ask a set of people into a journey whose entry is `api`; the same request key asks each person once (within a day
    at least). The engine lets them in, as far as the entry's rule and the re-entry policy allow."""
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    open_entry(journey, ApiEntry.key)
    named = [person.identifier or (Kind.USER_ID, "") for person in people]
    owners = profiles.find_owners(conn, workspace_id=workspace_id, identifiers=named)
    ids = [person.profile_id or owner for person, owner in zip(people, owners, strict=True)]
    known = [position for position, profile_id in enumerate(ids) if profile_id is not None]
    requests = [
        IncomingEvent(
            workspace_id=workspace_id,
            source_id=0,
            message_id=f"entry/{key}/{request_key}/{ids[position]}",
            type=EventType.SYSTEM,
            name=SystemEvent.JOURNEY_REQUESTED,
            occurred_at=now,
            received_at=now,
            profile_id=ids[position],
            properties=json.dumps({**people[position].values, "journey": key}),
        )
        for position in known
    ]
    done = events.ingest(conn, requests, now=now)
    strangers = {*(known[position] for position in done.unidentified), *(set(range(len(people))) - set(known))}
    return EntriesRequested(done.accepted, done.duplicates, tuple(sorted(strangers)))


def open_entry(journey: models.Journey, way: str) -> Entry:
    """The entry of a live journey, when people enter it in this way; EntryClosed otherwise."""
    version = models.Version.objects.filter(pk=journey.current_version_id or 0).first()
    read = read_definition(version.definition, Reading(journey.workspace_id)) if version else None
    if read is None or journey.state != JourneyState.LIVE or read.entry.kind.key != way:
        raise EntryClosed(key=journey.key, way=way)
    return read.entry

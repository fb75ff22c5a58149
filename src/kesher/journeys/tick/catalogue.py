"""The journeys that a tick has to do with, their definitions read once a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import structlog

from kesher.journeys.definition import read_definition
from kesher.journeys.durations import LONGEST
from kesher.journeys.fields import Reading
from kesher.journeys.types import Definition, JourneyState, ReentryPolicy
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

log = structlog.get_logger("kesher.journeys")

_sql = statements_of("kesher.journeys")
_MOST_KEPT = 2_000
_read: dict[tuple[int, str], Definition | None] = {}


@dataclass(frozen=True, slots=True)
class Version:
    """A published version and what state its journey is in; `mapped`: the journey takes people of earlier versions
    along (`moves`)."""

    id: int
    journey_id: int
    workspace_id: int
    number: int
    digest: str
    key: str
    state: str
    zone: str
    current: bool
    in_flight: bool
    superseded_at: datetime | None
    mapped: bool
    definition: Definition

    @property
    def entering(self) -> bool:
        """Whether people may enter it."""
        return self.current and self.state == JourneyState.LIVE

    def goals_until(self) -> datetime | None:
        """Until when its ended runs may still reach the goal; None while it is current."""
        goal = self.definition.goal
        if self.superseded_at is None or goal is None or goal.within is None:
            return self.superseded_at
        return self.superseded_at + goal.within.length


_COLUMNS = [column.name for column in fields(Version) if column.name != "definition"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Versions by id. In a paused journey, or one of which a version cannot be read, people stand still."""

    versions: dict[int, Version]
    unreadable: frozenset[int]

    def __iter__(self) -> Iterator[Version]:
        return iter(self.versions.values())

    def moving(self) -> list[int]:
        """The journeys whose runs may move."""
        live = {version.journey_id for version in self if version.state == JourneyState.LIVE}
        return sorted(live - self.unreadable)

    def relocating(self) -> list[int]:
        """Those of them whose mapping takes people along and who still have people in an earlier version."""
        behind = {v.journey_id for v in self if v.mapped and v.in_flight and not v.current}
        return sorted(behind.intersection(self.moving()))

    def repeatable(self) -> list[int]:
        """The journeys that a person may be in several times at once."""
        always = ReentryPolicy.ALWAYS
        return sorted({v.journey_id for v in self if v.current and v.definition.reentry.policy is always})


def load_catalogue(conn: Conn, now: datetime) -> Catalogue:
    """The versions that are current, have people in flight, or were superseded so lately that goals may come in."""
    rows = [row for row in _sql.run(conn, "list_versions") if _matters(row, now)]
    _read_new(conn, rows)
    versions, unreadable = {}, set()
    for row in rows:
        columns: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
        definition = _read[columns["id"], columns["digest"]]
        if definition is None:
            unreadable.add(columns["journey_id"])
        else:
            versions[columns["id"]] = Version(definition=definition, **columns)
    return Catalogue(versions, frozenset(unreadable))


def _matters(row: Any, now: datetime) -> bool:
    current, in_flight, superseded_at = row[8:11]
    return bool(current or in_flight or superseded_at > now - LONGEST - timedelta(days=1))


def _read_new(conn: Conn, rows: list[Any]) -> None:
    new = {row[0]: row for row in rows if (row[0], row[4]) not in _read}
    if not new:
        return
    if len(_read) > _MOST_KEPT:
        _read.clear()
        new = {row[0]: row for row in rows}
    for version_id, source in _sql.run(conn, "load_definitions", {"versions": list(new)}).fetchall():
        row = new[version_id]
        reading = Reading(row[2])
        _read[version_id, row[4]] = read_definition(source, reading)
        if reading.problems:
            # Its people stand still until the process can read it again; the other journeys go on.
            log.error("journey unreadable", version_id=version_id, problems=[p.as_dict() for p in reading.problems])

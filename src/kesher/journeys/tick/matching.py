"""Which events of the slice mean something to which journey, in waves of one event a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from kesher.journeys.durations import Duration
from kesher.journeys.fields import RuleValue
from kesher.journeys.tick.catalogue import Catalogue, Version
from kesher.journeys.types import Criterion
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

LATE = timedelta(days=1)
"""An event that occurred so long before it was received is history: it starts nothing, and it is no answer to what a
run did later than the event."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A version cares for an event: `kind` is entry, goal, exit or wait."""

    version: Version
    kind: str
    criterion: Criterion
    rule: RuleValue | None = None
    node: str | None = None
    ordinal: int = 0
    reason: str | None = None
    within: Duration | None = None

    @property
    def address(self) -> tuple[int, str]:
        """What it listens to."""
        return self.version.workspace_id, str(self.criterion.event)

    def row(self) -> dict[str, Any]:
        """The interest as a row of the relation of hits."""
        return {
            "workspace_id": self.version.workspace_id,
            "event": str(self.criterion.event),
            "version_id": self.version.id,
            "journey_id": self.version.journey_id,
            "kind": self.kind,
            "node": self.node,
            "ordinal": self.ordinal,
            "reason": self.reason,
            "within": self.within.interval if self.within else None,
            "same": self.criterion.same.split(".") if self.criterion.same else None,
        }


def match_slice(conn: Conn, catalogue: Catalogue, names: set[tuple[int, str]], now: datetime) -> list[set[str]]:
    """Fill journeys_match; the answer has one item a wave: the kinds of interest that it holds."""
    interests = [i for version in catalogue for i in interests_of(version, now) if i.address in names]
    if not interests:
        return []
    rows = _sql.run(conn, "match_events", {"late": LATE}, hits=_hits(interests, now))
    return [set(kinds) for _, kinds in rows]


def interests_of(version: Version, now: datetime) -> list[Interest]:
    """What the version listens to at this time."""
    definition = version.definition
    found = []
    trigger = definition.entry.kind.trigger(definition.entry.config)
    if trigger is not None and version.entering:
        found.append(Interest(version, "entry", trigger, definition.entry.rule))
    goal = definition.goal
    goals_until = version.goals_until()
    if goal is not None and (version.in_flight or goals_until is None or goals_until > now):
        criterion = Criterion(goal.event, goal.where, same=goal.same)
        found.append(Interest(version, "goal", criterion, within=goal.within))
        if goal.exit:
            found.append(Interest(version, "exit", criterion, ordinal=-1, reason="goal", within=goal.within))
    if version.in_flight or version.entering:
        found += _interests_in_flight(version)
    return found


def _interests_in_flight(version: Version) -> list[Interest]:
    found = []
    for ordinal, each in enumerate(version.definition.exits):
        if each.event is not None:
            criterion = Criterion(each.event, each.where, same=each.same)
            found.append(Interest(version, "exit", criterion, ordinal=ordinal, reason="exit"))
    for node in version.definition.nodes.values():
        awaited = node.type.awaits(node.config)
        if awaited is not None:
            found.append(Interest(version, "wait", awaited[0], awaited[1], node=node.key))
    return found


def _hits(interests: list[Interest], now: datetime) -> Relation:
    """Every pair of an event and an interest whose name, filters and rule agree."""
    plain = [i.row() for i in interests if i.criterion.where is None and i.rule is None]
    params: dict[str, Any] = {"interests": Jsonb(plain)}
    parts = [_part("true", "s.event_id", "%(interests)s::jsonb", "")] if plain else []
    for number, interest in enumerate(i for i in interests if i.criterion.where is not None or i.rule is not None):
        prefix = f"hit{number}"
        params[prefix] = Jsonb([interest.row()])
        condition, profile = _condition(interest, prefix, now, params)
        parts.append(_part(condition, "s.event_id", f"%({prefix})s::jsonb", profile))
    return Relation(" UNION ALL ".join(parts), params)


def _condition(interest: Interest, prefix: str, now: datetime, params: dict[str, Any]) -> tuple[str, str]:
    conditions, profile = [], ""
    if interest.criterion.where is not None:
        where = segments.compile_where(
            interest.criterion.where.tree,
            properties="(s.context -> 'changes')" if interest.criterion.changes else "s.properties",
            prefix=f"{prefix}_where",
        )
        conditions.append(where.sql)
        params.update(where.params)
    if interest.rule is not None:
        workspace_id = interest.version.workspace_id
        rule = segments.compile_rule(interest.rule.tree, workspace_id=workspace_id, now=now, prefix=f"{prefix}_rule")
        conditions.append(rule.holds.sql)
        params.update(rule.holds.params)
        profile = "JOIN profiles_profile p ON p.id = s.profile_id"
    return " AND ".join(conditions), profile


def _part(condition: str, event: str, interests: str, profile: str) -> str:
    return (
        f"SELECT {event}, i.version_id, i.journey_id, i.kind, i.node, i.ordinal, i.reason, i.within, i.same"
        f" FROM jsonb_to_recordset({interests}) AS i (workspace_id int, event text, version_id bigint,"
        " journey_id bigint, kind text, node text, ordinal int, reason text, within interval, same text[])"
        f" JOIN events_slice s ON s.workspace_id = i.workspace_id AND s.name = i.event {profile}"
        f" WHERE {condition}"
    )

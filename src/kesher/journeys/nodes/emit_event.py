"""Log an event of the person, so that rules, other journeys and reports see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.events import services as events
from kesher.events.types import RESERVED_NAMES, EventType, IncomingEvent
from kesher.journeys.fields import Field, Given, Place, Target, Values, Words, resolve
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of, go_on
from kesher.journeys.nodes.played import Decision, LogEvent, Stand
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_RESERVED = Text(
    en="“{name}” is an event that Kesher itself logs; call yours something else.",
    he="את האירוע ”{name}“ רושמת המערכת עצמה; יש לבחור שם אחר.",
)


@dataclass(frozen=True, slots=True)
class EmitEventConfig:
    """A track event of the person, with its properties."""

    event: str
    properties: tuple[Given, ...]
    next: str | None


class EmitEventNode(NodeType):
    """Logs one event a visit, at the time of the step."""

    key = "emit_event"
    name = Text(en="Log an event", he="רישום אירוע")
    about = Text(
        en="Logs an event of the person; segments and other journeys can follow it.",
        he="רושם אירוע של האדם; סגמנטים ומסעות אחרים יכולים להגיב עליו.",
    )
    category = Category.DATA
    icon = "bolt"
    config = EmitEventConfig
    fields = (
        Field("event", Words(name="event"), Text(en="Event", he="אירוע"), required=True),
        Field("properties", Values(), Text(en="Properties", he="מאפיינים"), default=()),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> EmitEventConfig:
        config: EmitEventConfig = NodeType.read(self, data, place)
        if config.event in RESERVED_NAMES:
            place.at("event").problem(_RESERVED, name=config.event)
        return config

    def causes(self, config: EmitEventConfig) -> frozenset[str]:
        return frozenset({config.event})

    def edges(self, config: EmitEventConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(
            groups,
            name=lambda group: group.node.config.event,
            given=lambda group: [given.row() for given in group.node.config.properties],
        )
        ready = moment.ready()
        statement = f"SELECT e.*, e.values::text FROM ({_sql['given_values'].compose({'ready': ready})}) e"
        rows = moment.conn.execute(statement, {**ready.params, "configs": configs}).fetchall()
        events.ingest(moment.conn, [_event(row, moment) for row in rows], now=moment.now)
        go_on(moment, groups)

    def play(self, stand: Stand) -> Decision:
        config: EmitEventConfig = stand.node.config
        properties = resolve(config.properties, context=stand.context, traits=stand.person.traits)
        return Decision("next", effects=(LogEvent(config.event, properties),))


def _event(row: Sequence[Any], moment: Moment) -> IncomingEvent:
    workspace_id, run_id, visit, profile_id, name, _, properties = row
    return IncomingEvent(
        workspace_id=workspace_id,
        source_id=0,
        message_id=f"journey-run-{run_id}-{visit}",
        type=EventType.TRACK,
        name=name,
        occurred_at=moment.now,
        received_at=moment.now,
        profile_id=profile_id,
        properties=properties,
    )

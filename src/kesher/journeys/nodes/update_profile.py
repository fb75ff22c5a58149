"""Write traits to the person's profile, from the journey or from the event that started it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.journeys.fields import Field, Place, Target
from kesher.journeys.fields.given import look_up
from kesher.journeys.nodes.base import Group, Moment, NodeType, configs_of, go_on
from kesher.journeys.nodes.played import Decision, SetTraits, Stand
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_NOT_TRAITS = Text(
    en="Write traits and their values here, such as {{vip: true}}.",
    he="יש לכתוב כאן תכונות וערכיהן, למשל {{vip: true}}.",
)
_NOT_VALUE = Text(
    en="Write text, a number, true or false, a list of them, or {{event: name of a property}}.",
    he="יש לכתוב טקסט, מספר, true או false, רשימה שלהם, או {{event: שם מאפיין}}.",
)


@dataclass(frozen=True, slots=True)
class TraitValue:
    """A literal, or the entry event's property at `path`."""

    name: str
    value: Any = None
    path: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """A mapping of trait names to literals or `{event: path.to.property}`."""

    name: str = "traits"

    def read(self, value: Any, place: Place) -> tuple[TraitValue, ...]:
        if not isinstance(value, Mapping) or not value:
            place.problem(_NOT_TRAITS)
            return ()
        traits = []
        for name, given in value.items():
            path = given.get("event") if isinstance(given, Mapping) and len(given) == 1 else None
            if isinstance(path, str) and path:
                traits.append(TraitValue(str(name), path=tuple(path.split("."))))
            elif _is_literal(given):
                traits.append(TraitValue(str(name), value=given))
            else:
                place.at(str(name)).problem(_NOT_VALUE)
        return tuple(traits)

    def write(self, value: tuple[TraitValue, ...]) -> dict[str, Any]:
        return {trait.name: trait.value if trait.path is None else {"event": ".".join(trait.path)} for trait in value}


def _is_literal(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str | bool | int | float) for item in value)
    return isinstance(value, str | bool | int | float)


@dataclass(frozen=True, slots=True)
class UpdateProfileConfig:
    """`traits` is written `set`."""

    traits: tuple[TraitValue, ...]
    next: str | None


class UpdateProfileNode(NodeType):
    """Logs an identify for each person, as every change of traits is; a property that is not there sets nothing."""

    key = "update_profile"
    name = Text(en="Update profile", he="עדכון פרופיל")
    about = Text(en="Writes traits to the person's profile.", he="רושם תכונות בפרופיל של האדם.")
    config = UpdateProfileConfig
    fields = (
        Field("traits", Traits(), Text(en="Set", he="לקבוע"), required=True, key="set"),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: UpdateProfileConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        ready = moment.ready()
        params = {**ready.params, "configs": configs_of(groups, traits=_rows)}
        rows = moment.conn.execute(_sql["traits_to_set"].compose({"ready": ready}), params).fetchall()
        events.ingest(moment.conn, [_identify(row, moment) for row in rows if row[4]], now=moment.now)
        go_on(moment, groups)

    def play(self, stand: Stand) -> Decision:
        properties = stand.context.get("event", {}).get("properties", {})
        traits = {}
        for trait in stand.node.config.traits:
            there, value = (True, trait.value) if trait.path is None else look_up(properties, trait.path)
            if there:
                traits[trait.name] = value
        return Decision("next", effects=(SetTraits(traits),) if traits else ())


def _rows(group: Group) -> list[dict[str, Any]]:
    return [
        {"name": trait.name, "value": trait.value, "path": None if trait.path is None else list(trait.path)}
        for trait in group.node.config.traits
    ]


def _identify(row: Sequence[Any], moment: Moment) -> IncomingEvent:
    workspace_id, run_id, visit, profile_id, traits = row
    return IncomingEvent(
        workspace_id=workspace_id,
        source_id=0,
        message_id=f"journey-run-{run_id}-{visit}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=moment.now,
        received_at=moment.now,
        profile_id=profile_id,
        traits=traits,
        properties=json.dumps(traits),
    )

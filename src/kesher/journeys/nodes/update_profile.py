"""Write traits to the person's profile, from the journey, the event that started it, or what the run remembers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.journeys.fields import Field, Given, Target, Values, resolve
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of, go_on
from kesher.journeys.nodes.played import Decision, SetTraits, Stand
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class UpdateProfileConfig:
    """`traits` is written `set`."""

    traits: tuple[Given, ...]
    next: str | None


class UpdateProfileNode(NodeType):
    """Logs an identify for each person, as every change of traits is; a value that is not there sets nothing."""

    key = "update_profile"
    name = Text(en="Update profile", he="עדכון פרופיל")
    about = Text(en="Writes traits to the person's profile.", he="רושם תכונות בפרופיל של האדם.")
    category = Category.DATA
    icon = "user-edit"
    config = UpdateProfileConfig
    fields = (
        Field("traits", Values(), Text(en="Set", he="לקבוע"), required=True, key="set"),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: UpdateProfileConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        ready = moment.ready()
        configs = configs_of(groups, given=lambda group: [given.row() for given in group.node.config.traits])
        statement = _sql["given_values"].compose({"ready": ready})
        rows = moment.conn.execute(statement, {**ready.params, "configs": configs}).fetchall()
        events.ingest(moment.conn, [_identify(row, moment) for row in rows if row[-1]], now=moment.now)
        go_on(moment, groups)

    def play(self, stand: Stand) -> Decision:
        config: UpdateProfileConfig = stand.node.config
        traits = resolve(config.traits, context=stand.context, traits=stand.person.traits)
        return Decision("next", effects=(SetTraits(traits),) if traits else ())


def _identify(row: Sequence[Any], moment: Moment) -> IncomingEvent:
    workspace_id, run_id, visit, profile_id, _, traits = row
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

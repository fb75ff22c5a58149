"""Entry by what another journey does."""

from __future__ import annotations

from dataclasses import dataclass

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import EntryKind, of_journey
from kesher.journeys.fields import Choice, Field, Names
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text

_ENTERED, _COMPLETED, _EXITED, _GOAL = "entered", "completed", "exited", "goal"
_EVENTS = {
    _ENTERED: SystemEvent.JOURNEY_ENTERED,
    _COMPLETED: SystemEvent.JOURNEY_EXITED,
    _EXITED: SystemEvent.JOURNEY_EXITED,
    _GOAL: SystemEvent.JOURNEY_GOAL_REACHED,
}
_ON = {
    _ENTERED: Text(en="entered", he="התחיל"),
    _COMPLETED: Text(en="completed", he="הושלם"),
    _EXITED: Text(en="left before its end", he="נקטע לפני סופו"),
    _GOAL: Text(en="at its goal", he="הגיע ליעד"),
}


@dataclass(frozen=True, slots=True)
class JourneyConfig:
    """The other journey's key, and at which point of it people enter this one."""

    journey: str
    on: str


class JourneyEntry(EntryKind):
    """A person enters when another journey lets her in, leads her to its end (`completed`), loses her before it
    (`exited`), or reaches its goal."""

    key = "journey"
    name = Text(en="Another journey", he="מסע אחר")
    about = Text(
        en="People enter when they enter, complete or leave another journey, or reach its goal.",
        he="אנשים נכנסים כשהם נכנסים למסע אחר, משלימים אותו, עוזבים אותו או משיגים את מטרתו.",
    )
    icon = "route"
    config = JourneyConfig
    fields = (
        Field("journey", Names("journey"), Text(en="Journey", he="מסע"), required=True),
        Field("on", Choice(_ON), Text(en="When it is", he="כשהוא"), default=_COMPLETED),
    )

    def trigger(self, config: JourneyConfig) -> Criterion:
        more = {"state": config.on} if config.on in (_COMPLETED, _EXITED) else {}
        return of_journey(_EVENTS[config.on], config.journey, **more, unless="facts.holdout")

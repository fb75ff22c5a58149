"""Send people back a number of times, then let them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.journeys.fields import Field, Integer, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Remember, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """`then` leads back `times` times, `done` leads on."""

    times: int
    then: str | None
    done: str | None


class LoopNode(NodeType):
    """The guard of a loop: the run counts how often it went back (context `loops`) and begins anew once it is through,
    so that a loop may stand in another. Somewhere in a loop time must pass, as everywhere."""

    key = "loop"
    name = Text(en="Loop", he="לולאה")
    about = Text(
        en="Sends the person back a number of times, then lets her on.",
        he="מחזיר את האדם אחורה מספר פעמים, ואז ממשיך הלאה.",
    )
    category = Category.FLOW
    icon = "refresh"
    config = LoopConfig
    fields = (
        Field("times", Integer(1, 1_000), Text(en="Times", he="מספר פעמים"), required=True),
        Field("then", Target(), Text(en="Back to", he="חזרה אל"), required=True),
        Field("done", Target(), Text(en="And when done", he="ובסיום")),
    )

    def edges(self, config: LoopConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "done": config.done}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(groups, times=lambda group: group.node.config.times)
        ready = moment.ready()
        params = {**ready.params, "configs": configs}
        moment.decide(Relation(_sql["decide_loops"].compose({"ready": ready}), params))
        moment.remember(Relation(_sql["loops_to_remember"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        config: LoopConfig = stand.node.config
        loops = stand.context.get("loops", {})
        gone = loops.get(stand.node.key, 0)
        again = gone < config.times
        counted = {**loops, stand.node.key: gone + 1 if again else 0}
        return Decision("then" if again else "done", facts={"times": gone}, effects=(Remember({"loops": counted}),))

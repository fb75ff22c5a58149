"""Let the run remember something for its later steps and its messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.journeys.fields import TAKEN, Field, Given, Target, Values, resolve
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of, go_on
from kesher.journeys.nodes.played import Decision, Remember, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class SetContextConfig:
    """`values` is written `set`."""

    values: tuple[Given, ...]
    next: str | None


class SetContextNode(NodeType):
    """Puts values into the run's context; templates see them as `run.…`, later nodes as `{run: …}`."""

    key = "set_context"
    name = Text(en="Remember", he="זכירה")
    about = Text(
        en="Keeps values for the later steps of this run; a template reads them as run.name.",
        he="שומר ערכים לצעדים הבאים של המעבר הזה; תבנית קוראת אותם בתור run.name.",
    )
    category = Category.DATA
    icon = "bookmark"
    config = SetContextConfig
    fields = (
        Field("values", Values(taken=TAKEN), Text(en="Set", he="לקבוע"), required=True, key="set"),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: SetContextConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(groups, given=lambda group: [given.row() for given in group.node.config.values])
        ready = moment.ready()
        moment.remember(Relation(_sql["given_values"].compose({"ready": ready}), {**ready.params, "configs": configs}))
        go_on(moment, groups)

    def play(self, stand: Stand) -> Decision:
        config: SetContextConfig = stand.node.config
        values = resolve(config.values, context=stand.context, traits=stand.person.traits)
        return Decision("next", effects=(Remember(values),))

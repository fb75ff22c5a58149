"""The first so many people go one way, all later ones another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kesher.journeys.fields import Field, Integer, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class SplitCapConfig:
    """`otherwise` is written `else`."""

    first: int
    then: str | None
    otherwise: str | None


class SplitCapNode(NodeType):
    """Counts people, not runs: who was among the first is so again, in every run and version. Exact under several
    engines, since the gates are locked while people are counted."""

    key = "split_cap"
    name = Text(en="The first so many", he="הראשונים שיגיעו")
    about = Text(
        en="Sends the first people to arrive one way, up to a number, and everyone after them another way.",
        he="שולח את הראשונים שיגיעו, עד מספר נתון, בדרך אחת, ואת כל הבאים אחריהם בדרך אחרת.",
    )
    category = Category.SPLIT
    icon = "medal"
    config = SplitCapConfig
    fields = (
        Field("first", Integer(1, 100_000_000), Text(en="The first", he="הראשונים"), required=True),
        Field("then", Target(), Text(en="Then", he="ואז")),
        Field("otherwise", Target(), Text(en="Else", he="אחרת"), key="else"),
    )

    def edges(self, config: SplitCapConfig) -> Mapping[str, str | None]:
        return {"then": config.then, "else": config.otherwise}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        configs = configs_of(groups, most=lambda group: group.node.config.first)
        ready = moment.ready()
        params = {**ready.params, "configs": configs, "gate_now": moment.now}
        _sql.run(moment.conn, "lock_gates")
        for statement in ("open_gates", "admit_people"):
            _sql.run(moment.conn, statement, params, ready=ready)
        moment.decide(Relation(_sql["decide_admissions"].compose({"ready": ready}), params))

    def play(self, stand: Stand) -> Decision:
        config: SplitCapConfig = stand.node.config
        place = ("split_cap", stand.journey, stand.node.key)
        admitted: dict[int, int] = stand.world.counted.setdefault(place, {})
        if len(admitted) < config.first:
            admitted.setdefault(stand.person.profile_id, len(admitted) + 1)
        number = admitted.get(stand.person.profile_id)
        return Decision("else") if number is None else Decision("then", facts={"number": number})

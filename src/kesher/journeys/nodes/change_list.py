"""Put people on a list, or take them off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from kesher.journeys.fields import Choice, Field, Names, Target
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType, configs_of
from kesher.journeys.nodes.played import ChangeList, Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.segments import services as segments

_sql = statements_of("kesher.journeys")

ADD, REMOVE = "add", "remove"


@dataclass(frozen=True, slots=True)
class ChangeListConfig:
    """`action` is `add` or `remove`."""

    list: str
    action: str
    next: str | None


class ChangeListNode(NodeType):
    """Changes one list for everybody who stands here; who is on it already stays as she is."""

    key = "change_list"
    name = Text(en="Change a list", he="שינוי רשימה")
    about = Text(en="Adds the person to a list, or removes her.", he="מוסיף את האדם לרשימה, או מסיר ממנה.")
    category = Category.DATA
    icon = "list-check"
    config = ChangeListConfig
    fails = True
    fields = (
        Field("list", Names("list"), Text(en="List", he="רשימה"), required=True),
        Field(
            "action",
            Choice({ADD: Text(en="add", he="הוספה"), REMOVE: Text(en="remove", he="הסרה")}),
            Text(en="Action", he="פעולה"),
            default=ADD,
        ),
        Field("next", Target(), Text(en="Then", he="ואז")),
    )

    def edges(self, config: ChangeListConfig) -> Mapping[str, str | None]:
        return {"next": config.next}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        for (workspace_id, key, action), its_groups in sorted(_by_list(moment, groups).items()):
            people = _at("people_to_list", moment, its_groups)
            change = segments.add_to_list if action == ADD else segments.remove_from_list
            change(moment.conn, people, workspace_id=workspace_id, key=key, now=moment.now)
        moment.decide(_at("decide_list_changes", moment, groups))

    def play(self, stand: Stand) -> Decision:
        config: ChangeListConfig = stand.node.config
        return Decision("next", effects=(ChangeList(config.list, config.action == ADD),))


def _by_list(moment: Moment, groups: Sequence[Group]) -> dict[tuple[int, str, str], list[Group]]:
    """The groups by the list that they change, as far as the list exists."""
    lists = Jsonb([{"workspace_id": group.workspace_id, "list": group.node.config.list} for group in groups])
    there = set(_sql.run(moment.conn, "lists_there", {"lists": lists}).fetchall())
    found: dict[tuple[int, str, str], list[Group]] = {}
    for group in groups:
        config: ChangeListConfig = group.node.config
        if (group.workspace_id, config.list) in there:
            found.setdefault((group.workspace_id, config.list, config.action), []).append(group)
    return found


def _at(statement: str, moment: Moment, groups: Sequence[Group]) -> Relation:
    ready = moment.ready()
    configs = configs_of(groups, list=lambda group: group.node.config.list)
    return Relation(_sql[statement].compose({"ready": ready}), {**ready.params, "configs": configs})

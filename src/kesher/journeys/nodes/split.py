"""Part people by what is known of them when they arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields import Field, Items, Key, Place, Record, RuleKind, RuleValue, Target, Where, WhereValue
from kesher.journeys.nodes.base import Category, Group, Moment, NodeType
from kesher.journeys.nodes.played import Decision, Stand
from kesher.kernel.relations import Relation
from kesher.kernel.text import Text
from kesher.segments import queries as segments

_EMPTY = Text(
    en="A branch needs a “rule” over the person, a “where” over the entry event, or both.",
    he="לענף נדרש rule על האדם, where על אירוע הכניסה, או שניהם.",
)
_ELSE = Text(
    en="“else” is the way of all others; call the branch something else.",
    he="else היא הדרך של כל השאר; יש לקרוא לענף בשם אחר.",
)


@dataclass(frozen=True, slots=True)
class Branch:
    """Taken by those for whom both its rule and its filters hold, unless an earlier branch took them."""

    name: str
    rule: RuleValue | None
    where: WhereValue | None
    next: str | None


@dataclass(frozen=True, slots=True)
class SplitConfig:
    """Branches in their order; `otherwise` is written `else`."""

    branches: tuple[Branch, ...]
    otherwise: str | None


_BRANCH = (
    Field("name", Key(), Text(en="Name", he="שם"), required=True),
    Field("rule", RuleKind(), Text(en="The person", he="האדם")),
    Field("where", Where(), Text(en="The entry event", he="אירוע הכניסה")),
    Field("next", Target(), Text(en="Then", he="ואז")),
)


class SplitNode(NodeType):
    """An ordered decision: the first branch whose conditions hold, or else."""

    key = "split"
    name = Text(en="Split", he="פיצול")
    about = Text(
        en="Sends each person down the first branch whose conditions hold.",
        he="שולח כל אדם בענף הראשון שתנאיו מתקיימים.",
    )
    category = Category.SPLIT
    icon = "arrows-split-2"
    config = SplitConfig
    fields = (
        Field("branches", Items(Record(_BRANCH, Branch), "name"), Text(en="Branches", he="ענפים"), required=True),
        Field("otherwise", Target(), Text(en="Else", he="אחרת"), key="else"),
    )

    def read(self, data: Mapping[str, Any], place: Place) -> SplitConfig:
        config: SplitConfig = NodeType.read(self, data, place)
        for position, branch in enumerate(config.branches or ()):
            spot = place.at("branches").at(position)
            raw = data["branches"][position]
            if isinstance(raw, Mapping) and raw.get("rule") is None and raw.get("where") is None:
                spot.problem(_EMPTY)
            if branch.name == "else":
                spot.at("name").problem(_ELSE)
        return config

    def edges(self, config: SplitConfig) -> Mapping[str, str | None]:
        return {**{branch.name: branch.next for branch in config.branches}, "else": config.otherwise}

    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        parts = [_decisions(moment, group, position) for position, group in enumerate(groups)]
        params = {name: value for part in parts for name, value in part.params.items()}
        moment.decide(Relation(" UNION ALL ".join(part.sql for part in parts), params))

    def play(self, stand: Stand) -> Decision:
        taken = (branch.name for branch in stand.node.config.branches if _takes(branch, stand))
        return Decision(next(taken, "else"))


def _takes(branch: Branch, stand: Stand) -> bool:
    properties = stand.context.get("event", {}).get("properties", {})
    return (branch.where is None or segments.matches(branch.where.tree, properties)) and (
        branch.rule is None or segments.evaluate(branch.rule.tree, stand.person, now=stand.now).holds
    )


def _decisions(moment: Moment, group: Group, position: int) -> Relation:
    """Each run's branch. The entry event is the one kept in the run's context."""
    prefix = f"split{position}"
    params: dict[str, Any] = {f"{prefix}_version": group.version_id, f"{prefix}_node": group.node.key}
    cases = []
    for number, branch in enumerate(group.node.config.branches):
        conditions = []
        if branch.rule:
            compiled = segments.compile_rule(
                branch.rule.tree, workspace_id=group.workspace_id, now=moment.now, prefix=f"{prefix}_r{number}"
            )
            conditions.append(compiled.holds.sql)
            params.update(compiled.holds.params)
        if branch.where:
            filters = segments.compile_where(
                branch.where.tree, properties="(r.context #> '{event,properties}')", prefix=f"{prefix}_w{number}"
            )
            conditions.append(filters.sql)
            params.update(filters.params)
        params[f"{prefix}_b{number}"] = branch.name
        cases.append(f"WHEN {' AND '.join(conditions)} THEN %({prefix}_b{number})s::text")
    sql = (
        f"SELECT a.run_id, CASE {' '.join(cases)} ELSE 'else' END AS outcome,"
        " NULL::timestamptz AS due_at, NULL::text AS failure, NULL::jsonb AS facts"
        f" FROM ({moment.ready().sql}) a"
        " JOIN journeys_run r ON r.id = a.run_id"
        " JOIN profiles_profile p ON p.id = a.profile_id"
        f" WHERE a.version_id = %({prefix}_version)s::bigint AND a.node = %({prefix}_node)s::text"
    )
    return Relation(sql, params | dict(moment.ready().params))

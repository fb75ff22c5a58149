"""One tick's work: its connection, time, shards and journeys, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from psycopg.types.json import Jsonb

from kesher.journeys.nodes.base import Group, Moment, NodeType
from kesher.journeys.tick.catalogue import Catalogue
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")

MOST_STEPS = 100
"""A run that takes more steps than this without a wait in one go is failed as a loop."""


@dataclass(slots=True)
class Work:
    """`step` numbers the steps of the whole tick; `changed` says whether there is anything to log, `exited` whether
    runs were ended early. `start` lets candidates into other journeys."""

    conn: Conn
    now: datetime
    shards: list[int]
    catalogue: Catalogue
    step: int = 0
    changed: bool = False
    exited: bool = False
    moving: list[int] = field(default_factory=list)
    start: Callable[[Work, Relation], int] = field(kw_only=True)

    def run(self, name: str, /, **values: Any) -> int:
        """Execute one of the room's statements with the tick's own values; the number of rows it wrote."""
        own = {"now": self.now, "shards": self.shards, "moving": self.moving, "step": self.step}
        count = _sql.run(self.conn, name, {**own, **values}).rowcount
        self.changed = self.changed or count > 0
        return count


def advance_ready(work: Work) -> None:
    """Move the runs that stand ready in this step from node to node until each of them waits or has ended."""
    first = work.step
    places = _sql.run(work.conn, "list_ready", {"step": work.step}).fetchall()
    while places and work.step - first < MOST_STEPS:
        groups = _groups(work, places)
        _decide(Moment(work.conn, work.now, work.step, partial(work.start, work)), groups)
        params = {"step": work.step, "now": work.now, "edges": _edges(groups)}
        places = _sql.run(work.conn, "move_runs", params).fetchall()
        work.step += 1
    work.run("settle_runs", first=first, last=work.step, limit=first + MOST_STEPS)
    work.step += 1
    work.changed = True


def _groups(work: Work, places: list[Any]) -> list[Group]:
    groups = []
    for version_id, key in sorted(places):
        version = work.catalogue.versions[version_id]
        definition = version.definition
        groups.append(Group(version.workspace_id, version.key, version_id, definition.nodes[key], definition.priority))
    return groups


def _decide(moment: Moment, groups: list[Group]) -> None:
    by_type: dict[str, tuple[NodeType, list[Group]]] = {}
    for group in groups:
        by_type.setdefault(group.node.type.key, (group.node.type, []))[1].append(group)
    for node_type, its_groups in by_type.values():
        node_type.advance(moment, its_groups)


def _edges(groups: list[Group]) -> Jsonb:
    return Jsonb(
        [
            {"version_id": group.version_id, "node": group.node.key, "outcome": outcome, "target": target}
            for group in groups
            for outcome, target in group.node.edges.items()
            if target is not None
        ]
    )

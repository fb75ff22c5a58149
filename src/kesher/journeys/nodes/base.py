"""What a node type is: one class in one file, registered once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from psycopg.types.json import Jsonb

from kesher.journeys.fields import Field, Place, RuleValue, read_fields
from kesher.journeys.nodes.played import Decision, Stand
from kesher.journeys.types import MIDDLE_PRIORITY, Criterion, Node
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")


class Category(StrEnum):
    """The shelf of the palette on which a node type lies."""

    MESSAGE = "message"
    WAIT = "wait"
    SPLIT = "split"
    DATA = "data"
    CONNECT = "connect"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that stand at one node of one version, waiting for the node's decision."""

    workspace_id: int
    journey: str
    version_id: int
    node: Node
    priority: int = MIDDLE_PRIORITY


def _nobody_starts(candidates: Relation) -> int:
    raise RuntimeError("runs start only within a tick")


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the tick: the connection, the time, which runs are to move, and how a node starts runs of other
    journeys (`start`, with the candidates of the statement enter_runs); they stand ready in the next step."""

    conn: Conn
    now: datetime
    number: int
    start: Callable[[Relation], int] = _nobody_starts

    def ready(self) -> Relation:
        """The runs of this step at nodes of every type: run_id, workspace_id, shard, profile_id, journey_id,
        version_id, node, visit, node_entered_at, signal. Join your groups by (version_id, node)."""
        return Relation("SELECT * FROM journeys_ready WHERE step = %(moment_step)s::int", {"moment_step": self.number})

    def decide(self, decisions: Relation) -> None:
        """Record the node's decisions; each run of the groups gets exactly one.

        Columns: run_id bigint; outcome text (leave by it), or due_at timestamptz (stay until then and be asked again),
        or failure text (end the run as failed, for this reason); facts jsonb (what the decision was made of).
        """
        _sql.run(self.conn, "record_decisions", {"step": self.number}, decisions=decisions)

    def remember(self, values: Relation) -> None:
        """Put values (run_id bigint, values jsonb) into the runs' context, where later nodes and templates find them
        under `run`."""
        _sql.run(self.conn, "remember", remembered=values)


class NodeType(ABC):
    """A kind of step. `advance` decides for all runs at nodes of this type, in a number of statements that does not
    depend on how many people there are."""

    key: ClassVar[str]
    name: ClassVar[Text]
    about: ClassVar[Text]
    category: ClassVar[Category]
    icon: ClassVar[str]
    """The name of its picture in Tabler's icons."""
    outcomes: ClassVar[Mapping[str, str]] = {}
    """The outcome of a field that leads on, where it is not called as the field is."""
    fields: ClassVar[tuple[Field, ...]]
    config: ClassVar[type]
    fails: ClassVar[bool] = False
    """Whether a run may fail here. Such a node takes `on_error`: where a run goes on instead of failing."""

    def read(self, data: Mapping[str, Any], place: Place) -> Any:
        """The configuration; mistakes are noted at their places. Override for checks between fields."""
        return self.config(**read_fields(self.fields, data, place))

    def takes_time(self, config: Any) -> bool:
        """Whether nobody passes this node in the moment she arrives: what guards a loop."""
        return False

    def awaits(self, config: Any) -> tuple[Criterion, RuleValue | None] | None:
        """The event that is to wake a run at this node, and the rule under which it counts. The run is then asked
        again with `signal` set to `{"event", "event_id"}`."""
        return None

    def causes(self, config: Any) -> frozenset[str]:
        """The events that this node logs, as far as they could start a journey."""
        return frozenset()

    @abstractmethod
    def edges(self, config: Any) -> Mapping[str, str | None]:
        """Where each outcome leads; None ends the journey."""

    @abstractmethod
    def advance(self, moment: Moment, groups: Sequence[Group]) -> None:
        """Decide for the runs of the groups, through `moment.decide`."""

    @abstractmethod
    def play(self, stand: Stand) -> Decision:
        """What `advance` would decide for one run, in memory."""


def configs_of(groups: Sequence[Group], **values: Any) -> Jsonb:
    """Rows for jsonb_to_recordset: each group's version and node, and a value per field from a function of the
    group."""
    return Jsonb(
        [
            {"version_id": group.version_id, "node": group.node.key, **{name: of(group) for name, of in values.items()}}
            for group in groups
        ]
    )


def go_on(moment: Moment, groups: Sequence[Group]) -> None:
    """Let everybody of the groups leave by `next`."""
    params = {"configs": configs_of(groups), **moment.ready().params}
    moment.decide(Relation(_sql["decide_next"].compose({"ready": moment.ready()}), params))

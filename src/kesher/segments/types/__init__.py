"""What crosses the room's border: rule trees, verdicts, compiled SQL, people in memory."""

from kesher.segments.types.people import Activity, PastEvent, Person
from kesher.segments.types.rules import AllOf, AnyOf, Dependencies, Leaf, Node, NotOf, Reference, Rule, Verdict
from kesher.segments.types.sql import Aggregate, CompiledRule, Fragment, LeafSql, LogRows, Scope
from kesher.segments.types.stored import ListRow, MemberRow, SegmentRow, SegmentState

__all__ = [
    "Activity",
    "Aggregate",
    "AllOf",
    "AnyOf",
    "CompiledRule",
    "Dependencies",
    "Fragment",
    "Leaf",
    "LeafSql",
    "ListRow",
    "LogRows",
    "MemberRow",
    "Node",
    "NotOf",
    "PastEvent",
    "Person",
    "Reference",
    "Rule",
    "Scope",
    "SegmentRow",
    "SegmentState",
    "Verdict",
]

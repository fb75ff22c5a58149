"""What crosses the room's border: rule trees, verdicts, compiled SQL, people in memory."""

from kesher.segments.types.people import Activity, PastEvent, Person
from kesher.segments.types.rules import AllOf, AnyOf, Dependencies, Leaf, Node, NotOf, Reference, Rule, Verdict
from kesher.segments.types.scores import (
    EngagementPart,
    FitPart,
    Score,
    ScoreModelRow,
    ScoreState,
    ScoreView,
)
from kesher.segments.types.sql import Aggregate, CompiledRule, Fragment, LeafSql, LogRows, Scope
from kesher.segments.types.stored import ListRow, MemberRow, SegmentRow, SegmentState

__all__ = [
    "Activity",
    "Aggregate",
    "AllOf",
    "AnyOf",
    "CompiledRule",
    "Dependencies",
    "EngagementPart",
    "FitPart",
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
    "Score",
    "ScoreModelRow",
    "ScoreState",
    "ScoreView",
    "SegmentRow",
    "SegmentState",
    "Verdict",
]

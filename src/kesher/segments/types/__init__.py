"""What crosses the room's border: rule trees, verdicts, compiled SQL, people in memory."""

from kesher.segments.types.explained import Explanation, Found, Preview, Said
from kesher.segments.types.imports import (
    ColumnMapping,
    ImportConsent,
    ImportInfo,
    ImportPreview,
    ImportState,
    ReadRow,
    RefusedRow,
    Target,
)
from kesher.segments.types.people import Activity, Belonging, PastEvent, Person
from kesher.segments.types.rules import AllOf, AnyOf, Dependencies, Leaf, Node, NotOf, Reference, Rule, Verdict
from kesher.segments.types.scores import (
    EngagementPart,
    FitPart,
    Score,
    ScoreModelRow,
    ScoreState,
    ScoreView,
)
from kesher.segments.types.sources import Aggregate, ChainRows, LogRows, Rows, SummaryRows, one_of
from kesher.segments.types.sql import CompiledRule, Fragment, LeafSql, Scope
from kesher.segments.types.stored import ListRow, MemberRow, SegmentRow, SegmentState

__all__ = [
    "Activity",
    "Aggregate",
    "AllOf",
    "AnyOf",
    "Belonging",
    "ChainRows",
    "ColumnMapping",
    "CompiledRule",
    "Dependencies",
    "EngagementPart",
    "Explanation",
    "FitPart",
    "Found",
    "Fragment",
    "ImportConsent",
    "ImportInfo",
    "ImportPreview",
    "ImportState",
    "Leaf",
    "LeafSql",
    "ListRow",
    "LogRows",
    "MemberRow",
    "Node",
    "NotOf",
    "PastEvent",
    "Person",
    "Preview",
    "ReadRow",
    "Reference",
    "RefusedRow",
    "Rows",
    "Rule",
    "Said",
    "Scope",
    "Score",
    "ScoreModelRow",
    "ScoreState",
    "ScoreView",
    "SegmentRow",
    "SegmentState",
    "SummaryRows",
    "Target",
    "Verdict",
    "one_of",
]

"""Rules over a profile and filters over an event's properties, in the one rule language of the room segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kesher.journeys.fields.kinds import check_known
from kesher.journeys.fields.place import Place
from kesher.kernel.errors import Invalid
from kesher.segments import queries as segments
from kesher.segments.types import Rule


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A rule as its author wrote it, and the tree it stands for."""

    source: Mapping[str, Any]
    tree: Rule = field(compare=False)


@dataclass(frozen=True, slots=True)
class WhereValue:
    """Filters over an event's properties as their author wrote them, and the tree they stand for."""

    source: Sequence[Any]
    tree: Rule = field(compare=False)

    @classmethod
    def of(cls, source: Sequence[Any]) -> WhereValue:
        """The filters of the code itself, which are right."""
        return cls(source, segments.parse_where(source))


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A rule over the profile."""

    name: str = "rule"

    def read(self, value: Any, place: Place) -> RuleValue | None:
        try:
            tree = segments.parse_rule(value, path=place.path)
        except Invalid as error:
            place.reading.problems += error.problems
            return None
        for path, reference in segments.references_of(tree, place.path):
            check_known(reference.kind, reference.key, replace(place, path=path))
        return RuleValue(value, tree)

    def write(self, value: RuleValue) -> Mapping[str, Any]:
        return value.source


@dataclass(frozen=True, slots=True)
class Where:
    """Filters over an event's properties."""

    name: str = "where"

    def read(self, value: Any, place: Place) -> WhereValue | None:
        try:
            return WhereValue(value, segments.parse_where(value, path=place.path))
        except Invalid as error:
            place.reading.problems += error.problems
            return None

    def write(self, value: WhereValue) -> Sequence[Any]:
        return value.source

"""How many different ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.bounds import COUNT_FORM, Bounds, parse_bounds
from kesher.segments.measures.base import OF, History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest
from kesher.segments.operators import number_of
from kesher.segments.paths import Path, parse_path
from kesher.segments.reading import Reader
from kesher.segments.types import Aggregate, PastEvent, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words, phrase, quoted


@dataclass(frozen=True, slots=True)
class Distinct(Measure):
    """How many different texts, numbers or booleans at the path `of`; 1 and 1.0 are the same number, “1” is a text."""

    names: ClassVar[Mapping[str, Text]] = {"distinct": Text(en="number of different values", he="מספר הערכים השונים")}
    form = (OF, *COUNT_FORM)
    of: Path
    bounds: Bounds

    @classmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        return cls(parse_path(reader.value("of"), reader.place("of")), parse_bounds(reader))

    def says(self) -> Words:
        return phrase(
            "different values of {of}: {bounds}",
            "ערכים שונים של {of}: {bounds}",
            of=quoted(str(self.of)),
            bounds=self.bounds.says(),
        )

    def found(self, history: History) -> int:
        return len(set().union(*(self.values_of(event) for event in history.seen)))

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        items, x = self.of.rows("e.properties", scope)
        counts = f"jsonb_typeof({x}) IN ('string', 'number', 'boolean')"
        columns = {"different": Aggregate(f"count(DISTINCT {x})", counts), "next": next_at(counts)}
        changes = "s.next"
        if window.lasts is not None:
            columns["first_at"] = Aggregate("min(e.occurred_at)", counts)
            changes = f"least(s.next, {window.leaves_at_sql('s.first_at', scope)})"
        return MeasureSql(columns, self.bounds.sql("s.different", scope), changes, tuple(items))

    def evaluate(self, history: History, window: Window) -> Verdict:
        different: set[Hashable] = set()
        first_at: datetime | None = None
        for event in history.seen:
            found = self.values_of(event)
            if found and first_at is None:
                first_at = event.occurred_at
            different |= found
        next_seen = next((event.occurred_at for event in history.ahead if self.values_of(event)), None)
        leaves = window.leaves_at(first_at) if first_at is not None else None
        return Verdict(self.bounds.allow(len(different)), earliest(next_seen, leaves))

    def values_of(self, event: PastEvent) -> set[Hashable]:
        """The values of one event, each as its kind and itself."""
        return {_identity(value) for value in self.of.values(event.properties) if not isinstance(value, dict | list)}


def _identity(value: Any) -> tuple[str, Hashable]:
    number = number_of(value)
    return ("number", number) if number is not None else (type(value).__name__, value)

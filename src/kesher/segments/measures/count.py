"""How often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.bounds import COUNT_FORM, Bounds, parse_bounds
from kesher.segments.measures.base import History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest
from kesher.segments.reading import Reader
from kesher.segments.types import Aggregate, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words


@dataclass(frozen=True, slots=True)
class Count(Measure):
    """How many events.

    Without `op` it is “at least once”; “did not” is `eq 0`. In a rolling window a count only falls while nothing
    happens, one event at a time: so the answer changes exactly when the event leaves that takes the count over the
    next bound below it.
    """

    names: ClassVar[Mapping[str, Text]] = {"count": Text(en="number of times", he="מספר הפעמים")}
    form = COUNT_FORM
    bounds: Bounds

    @classmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        return cls(parse_bounds(reader))

    def says(self) -> Words:
        return self.bounds.says()

    def found(self, history: History) -> int:
        return history.count

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        columns = {"n": Aggregate("count(*)"), "next": next_at()}
        low, high = self.bounds.bind(scope)
        cases: list[str] = []
        if window.lasts is not None and high is not None:
            columns["over_high"] = _latest(f"{high} + 1")
            cases.append(f"WHEN s.n > {high} THEN {window.leaves_at_sql('s.over_high', scope)}")
        if window.lasts is not None and self.bounds.low > 0:
            columns["at_low"] = _latest(low) if self.bounds.low > 1 else Aggregate("max(e.occurred_at)")
            cases.append(f"WHEN s.n >= {low} THEN {window.leaves_at_sql('s.at_low', scope)}")
        changes = f"least(s.next, CASE {' '.join(cases)} END)" if cases else "s.next"
        return MeasureSql(columns, self.bounds.sql("s.n", scope), changes)

    def evaluate(self, history: History, window: Window) -> Verdict:
        n = history.count
        leaves: datetime | None = None
        if window.lasts is not None:
            high = self.bounds.high
            bound = high + 1 if high is not None and n > high else self.bounds.low
            if 0 < bound <= n:
                leaves = window.leaves_at(history.seen[-bound].occurred_at)
        return Verdict(self.bounds.allow(n), earliest(history.next_at, leaves))


def _latest(position: str) -> Aggregate:
    """When the event happened that is `position`-th counted from the latest."""
    return Aggregate("array_agg(e.occurred_at ORDER BY e.occurred_at DESC)", form=f"({{}})[{position}]")

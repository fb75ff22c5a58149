"""How often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.measures.base import History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Aggregate, Scope, Verdict
from kesher.segments.windows import Window

MAX_COUNT = 1_000_000


@dataclass(frozen=True, slots=True)
class Count(Measure):
    """How many events: within `low`..`high` (None: no limit), or outside of it when `inside` is false.

    Without `op` it is “at least once”; “did not” is `eq 0`. In a rolling window a count only falls while nothing
    happens, one event at a time: so the answer changes exactly when the event leaves that takes the count over the
    next bound below it.
    """

    names: ClassVar[Mapping[str, Text]] = {"count": Text(en="number of times", he="מספר הפעמים")}
    low: int
    high: int | None
    inside: bool = True

    @classmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        op = reader.choice("op", ("eq", "ne", "lt", "le", "gt", "ge", "between"), default="ge")
        place = reader.place("value")
        given = reader.value("value") if reader.has("value") or reader.has("op") else 1
        if op == "between":
            if not isinstance(given, list) or len(given) != 2:
                raise Mistake(place, "This must be an array of two numbers.", "כאן צריך לבוא מערך של שני מספרים.")
            low, high = _whole(given[0], f"{place}[0]"), _whole(given[1], f"{place}[1]")
            if low > high:
                raise Mistake(
                    place, "The first value must not be above the second.", "הערך הראשון אינו יכול לעלות על השני."
                )
            return cls(low, high)
        n = _whole(given, place)
        bounds: dict[str, tuple[int, int | None, bool]] = {
            "eq": (n, n, True),
            "ne": (n, n, False),
            "ge": (n, None, True),
            "gt": (n + 1, None, True),
            "lt": (n, None, False),
            "le": (n + 1, None, False),
        }
        return cls(*bounds[op])

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        columns = {"n": Aggregate("count(*)"), "next": next_at()}
        low = scope.bind(self.low, "bigint")
        high = None if self.high is None else scope.bind(self.high, "bigint")
        holds = f"s.n >= {low}" if high is None else f"s.n BETWEEN {low} AND {high}"
        cases: list[str] = []
        if window.lasts is not None and high is not None:
            columns["over_high"] = _latest(f"{high} + 1")
            cases.append(f"WHEN s.n > {high} THEN {window.leaves_at_sql('s.over_high', scope)}")
        if window.lasts is not None and self.low > 0:
            columns["at_low"] = _latest(low) if self.low > 1 else Aggregate("max(e.occurred_at)")
            cases.append(f"WHEN s.n >= {low} THEN {window.leaves_at_sql('s.at_low', scope)}")
        changes = f"least(s.next, CASE {' '.join(cases)} END)" if cases else "s.next"
        return MeasureSql(columns, f"({holds})" if self.inside else f"(NOT {holds})", changes)

    def evaluate(self, history: History, window: Window) -> Verdict:
        n = history.count
        inside = n >= self.low and (self.high is None or n <= self.high)
        leaves: datetime | None = None
        if window.lasts is not None:
            bound = self.high + 1 if self.high is not None and n > self.high else self.low
            if 0 < bound <= n:
                leaves = window.leaves_at(history.seen[-bound].occurred_at)
        return Verdict(inside == self.inside, earliest(history.next_at, leaves))


def _latest(position: str) -> Aggregate:
    """When the event happened that is `position`-th counted from the latest."""
    return Aggregate("array_agg(e.occurred_at ORDER BY e.occurred_at DESC)", form=f"({{}})[{position}]")


def _whole(given: Any, place: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MAX_COUNT:
        raise Mistake(
            place, f"This must be a whole number from 0 to {MAX_COUNT}.", f"כאן צריך לבוא מספר שלם מ־0 עד {MAX_COUNT}."
        )
    return given

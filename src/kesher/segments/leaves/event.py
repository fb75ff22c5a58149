"""What the person did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kesher.kernel.text import Text
from kesher.segments.happenings import Happening
from kesher.segments.measures import MEASURES, History, Measure, MeasureSql
from kesher.segments.reading import Reader
from kesher.segments.types import AllOf, Dependencies, Leaf, LeafSql, LogRows, Node, Person, Scope, Verdict
from kesher.segments.windows import Window, parse_window, written_since

# What events_summary knows; the few events that are still ahead of now are read from the log and taken off.
_SUMMARY = {
    "n": "coalesce(y.count, 0) - f.n",
    "first_at": "CASE WHEN y.first_at <= {now} THEN y.first_at END",
    "last_at": "CASE WHEN y.last_at <= {now} THEN y.last_at ELSE ({last}) END",
    "next": "f.next",
}
MAX_MEASURES = 5


class SameEvents(AllOf):
    """Several measures of the same events, all of which must hold: leaves with one name, one `where`, one window."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class EventLeaf(Leaf):
    """`{"event": "Order Completed", "where": [{"property": "total", "op": "gt", "value": 100}], "measure": "count",
    "op": "ge", "value": 2, "within": {"days": 30}}`.

    Without `measure` it counts, without `op` it is “at least once”, without `within`, `since` and `until` ever.
    `sum`, `avg`, `min`, `max` and `distinct` take the property `of`; see the measures. Several measures of the same
    events stand in `measures`: `[{"op": "ge", "value": 6}, {"measure": "sum", "of": "seconds", "op": "gt",
    "value": 600}]`.
    """

    head: ClassVar[str] = "event"
    label: ClassVar[Text] = Text(en="Event", he="אירוע")
    help: ClassVar[Text] = Text(
        en="Counts or measures what the person did, in a window of time.",
        he="סופר או מודד מה האדם עשה, בחלון זמן.",
    )
    happening: Happening
    measure: Measure
    window: Window

    @classmethod
    def parse(cls, reader: Reader) -> EventLeaf | SameEvents:
        happening = Happening.parse(reader, cls.head)
        window = parse_window(reader)
        if not reader.has("measures"):
            return cls(happening, _measure(reader), window)
        return SameEvents(tuple(cls(happening, measure, window) for measure in _measures(reader)))

    def _summarised(self) -> bool:
        return self.window.ever and self.happening.where is None and not self.happening.of_the_system

    def compile(self, scope: Scope) -> LeafSql:
        measured = self.measure.sql(scope, self.window)
        if self._summarised() and measured.columns.keys() <= _SUMMARY.keys():
            return LeafSql(measured.holds, measured.changes_at, self._summary(measured, scope))
        rows = LogRows(
            mine=self._mine(scope),
            during=self.window.during(scope),
            written=self.window.written(scope),
            where=self.happening.where_sql(scope),
            columns=measured.columns,
            lasts=self.window.lasts,
            items=measured.items,
        )
        return LeafSql(measured.holds, measured.changes_at, rows)

    def _summary(self, measured: MeasureSql, scope: Scope) -> str:
        mine = " AND ".join(self._mine(scope))
        last = f"SELECT max(e.occurred_at) FROM events_event e WHERE {mine} AND e.occurred_at <= {scope.now}"
        columns = ", ".join(f"{_SUMMARY[name].format(now=scope.now, last=last)} AS {name}" for name in measured.columns)
        return (
            f"SELECT {columns} FROM (SELECT count(*) AS n, min(e.occurred_at) AS next FROM events_event e"
            f" WHERE {mine} AND e.occurred_at > {scope.now} AND {written_since(scope.now)}) AS f"
            f" LEFT JOIN events_summary y"
            f" ON y.profile_id = {scope.profile}.id AND y.name = {scope.bind(self.happening.name, 'text')}"
        )

    def _mine(self, scope: Scope) -> tuple[str, ...]:
        return (f"e.profile_id = {scope.profile}.id", *self.happening.named_sql(scope))

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        found = [event for event in self.happening.of(person) if self.window.covers(event.occurred_at, now)]
        activity = person.summary.get(self.happening.name) if self._summarised() else None
        return self.measure.evaluate(History.of(found, now, activity), self.window)

    def filters(self) -> tuple[Node, ...]:
        return self.happening.filters()

    def dependencies(self) -> Dependencies:
        return Dependencies(events=frozenset({self.happening.name}))


def _measure(reader: Reader) -> Measure:
    name = reader.choice("measure", MEASURES, default="count")
    return MEASURES[name].parse(name, reader)


def _measures(reader: Reader) -> list[Measure]:
    found: list[Measure] = []
    for position, item in enumerate(reader.items("measures", most=MAX_MEASURES)):
        inner = Reader(item, f"{reader.place('measures')}[{position}]")
        found.append(_measure(inner))
        inner.finish()
    return found

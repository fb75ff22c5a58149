"""What the person did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.events.types import SYSTEM_NAMES, EventType
from kesher.kernel.text import Text
from kesher.segments.conditions import filters_hold, filters_sql, parse_filters
from kesher.segments.measures import MEASURES, History, Measure, MeasureSql
from kesher.segments.reading import Reader
from kesher.segments.types import Dependencies, Leaf, LeafSql, LogRows, Node, Person, Scope, Verdict
from kesher.segments.windows import Window, parse_window, written_since

# What events_summary knows; the few events that are still ahead of now are read from the log and taken off.
_SUMMARY = {
    "n": "coalesce(y.count, 0) - f.n",
    "first_at": "CASE WHEN y.first_at <= {now} THEN y.first_at END",
    "last_at": "CASE WHEN y.last_at <= {now} THEN y.last_at ELSE ({last}) END",
    "next": "f.next",
}


@dataclass(frozen=True, slots=True)
class EventLeaf(Leaf):
    """`{"event": "Order Completed", "where": [{"property": "total", "op": "gt", "value": 100}], "measure": "count",
    "op": "ge", "value": 2, "within": {"days": 30}}`.

    Without `measure` it counts, without `op` it is “at least once”, without `within`, `since` and `until` ever.
    `sum`, `min` and `max` take the property `of`; see the measures. A name that only Kesher logs (a consent, a
    message) counts only where Kesher logged it.
    """

    head: ClassVar[str] = "event"
    label: ClassVar[Text] = Text(en="Event", he="אירוע")
    help: ClassVar[Text] = Text(
        en="Counts or measures what the person did, in a window of time.",
        he="סופר או מודד מה האדם עשה, בחלון זמן.",
    )
    name: str
    measure: Measure
    window: Window
    where: Node | None = None

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        name = reader.text(cls.head)
        measure = reader.choice("measure", MEASURES, default="count")
        where = parse_filters(reader.value("where"), reader.place("where")) if reader.has("where") else None
        return cls(name, MEASURES[measure].parse(measure, reader), parse_window(reader), where)

    def _summarised(self) -> bool:
        return self.window.ever and self.where is None and self.name not in SYSTEM_NAMES

    def compile(self, scope: Scope) -> LeafSql:
        measured = self.measure.sql(scope, self.window)
        if self._summarised() and measured.columns.keys() <= _SUMMARY.keys():
            return LeafSql(measured.holds, measured.changes_at, self._summary(measured, scope))
        rows = LogRows(
            mine=self._mine(scope),
            during=self.window.during(scope),
            written=self.window.written(scope),
            where=() if self.where is None else (filters_sql(self.where, "e.properties", scope),),
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
            f" ON y.profile_id = {scope.profile}.id AND y.name = {scope.bind(self.name, 'text')}"
        )

    def _mine(self, scope: Scope) -> tuple[str, ...]:
        mine = (f"e.profile_id = {scope.profile}.id", f"e.name = {scope.bind(self.name, 'text')}")
        return (*mine, f"e.type = '{EventType.SYSTEM.value}'") if self.name in SYSTEM_NAMES else mine

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        found = [
            event
            for event in person.events.get(self.name, ())
            if (self.name not in SYSTEM_NAMES or event.type == EventType.SYSTEM)
            and self.window.covers(event.occurred_at, now)
            and (self.where is None or filters_hold(self.where, event.properties))
        ]
        activity = person.summary.get(self.name) if self._summarised() else None
        return self.measure.evaluate(History.of(found, now, activity), self.window)

    def dependencies(self) -> Dependencies:
        return Dependencies(events=frozenset({self.name}))

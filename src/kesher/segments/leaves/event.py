"""What the person did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.happenings import WHERE, Happening
from kesher.segments.measures import MEASURES, History, Measure
from kesher.segments.reading import Reader
from kesher.segments.types import (
    AllOf,
    Dependencies,
    Found,
    Leaf,
    LeafSql,
    LogRows,
    Node,
    Person,
    Scope,
    SummaryRows,
    Verdict,
)
from kesher.segments.windows import WINDOW_FORM, Window, parse_window, written_since
from kesher.segments.words import Words, joined

# What events_summary knows; the few events that are still ahead of now are read from the log and taken off.
_SUMMARY = {
    "n": "coalesce(y.count, 0) - coalesce(f.n, 0)",
    "first_at": "CASE WHEN y.first_at <= {now} THEN y.first_at END",
    "last_at": "CASE WHEN y.last_at <= {now} THEN y.last_at ELSE ({last}) END",
    "next": "f.next",
}
MAX_MEASURES = 5
_COUNTED = ("op", "value")
_WINDOW = ("within", "since", "until")


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
    form = (
        FormField("event", "event", Text(en="Event", he="אירוע"), required=True),
        WHERE,
        FormField(
            "measure",
            "choice",
            Text(en="Measure", he="מדד"),
            default="count",
            choices=tuple(
                Choice(name, text) for kind in dict.fromkeys(MEASURES.values()) for name, text in kind.names.items()
            ),
        ),
        FormField("measures", "measures", Text(en="Several measures", he="כמה מדדים"), largest=MAX_MEASURES),
        *WINDOW_FORM,
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
            return LeafSql(measured.holds, measured.changes_at, self._summary(measured.columns, scope))
        rows = LogRows(
            profile=f"{scope.profile}.id",
            named=self.happening.named_sql(scope),
            during=self.window.during(scope),
            written=self.window.written(scope),
            where=self.happening.where_sql(scope),
            columns=measured.columns,
            lasts=self.window.lasts,
            items=measured.items,
        )
        return LeafSql(measured.holds, measured.changes_at, rows)

    def _summary(self, columns: Iterable[str], scope: Scope) -> SummaryRows:
        return SummaryRows(
            profile=f"{scope.profile}.id",
            named=self.happening.named_sql(scope),
            summary=f"y.name = {scope.bind(self.happening.name, 'text')}",
            ahead=(f"e.occurred_at > {scope.now}", written_since(scope.now)),
            columns={name: _SUMMARY[name] for name in columns},
        )

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        return self.measure.evaluate(self._history(person, now), self.window)

    def _history(self, person: Person, now: datetime) -> History:
        found = self.window.covered(self.happening.of(person), now)
        activity = person.summary.get(self.happening.name) if self._summarised() else None
        return History.of(found, now, activity)

    def says(self) -> Words:
        parts = [part for part in (self.happening.says(), self.window.says(), self.measure.says()) if part.en]
        return joined(parts, ", ", ", ")

    def found(self, person: Person, now: datetime) -> Found:
        history = self._history(person, now)
        return Found(self.measure.found(history), history.seen)

    def filters(self) -> tuple[Node, ...]:
        return self.happening.filters()

    def looks_back(self) -> timedelta | None:
        return self.window.lasts

    def dependencies(self) -> Dependencies:
        return Dependencies(events=frozenset({self.happening.name}))


def read_event_leaf(
    reader: Reader, *, name: str, where: Sequence[Mapping[str, Any]], counted: Mapping[str, Any] | None = None
) -> EventLeaf:
    """A leaf that counts events of `name` passing `where`, by the window, and the `op` and `value` (unless `counted`
    says them), of another kind of leaf."""
    given = (*_WINDOW, *_COUNTED) if counted is None else _WINDOW
    fields = {field: reader.value(field) for field in given if reader.has(field)} | dict(counted or {})
    filters = {"where": list(where)} if where else {}
    inner = Reader({EventLeaf.head: str(name), **filters, **fields}, reader.path)
    return EventLeaf(Happening.parse(inner, EventLeaf.head), _measure(inner), parse_window(inner))


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

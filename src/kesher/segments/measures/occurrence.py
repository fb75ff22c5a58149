"""When first, when last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.conditions import Condition, parse_condition
from kesher.segments.measures.base import History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest, parse_duration
from kesher.segments.operators import OPERATORS, Kind
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Aggregate, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words, attached, duration, label, phrase

_ABSOLUTE = ("lt", "le", "gt", "ge", "between")
_AGES = ("newer_than", "older_than")
_AGED = (
    Choice("newer_than", Text(en="less than so long ago", he="לפני פחות מ־")),
    Choice("older_than", Text(en="at least so long ago", he="לפני לפחות")),
)
_TIME = Text(en="date and time", he="תאריך ושעה")
_EARLIER = {"lt": Text(en="before", he="לפני"), "gt": Text(en="after", he="אחרי")}


@dataclass(frozen=True, slots=True)
class Occurrence(Measure):
    """The time of the `first` or the `last` event, against absolute times (lt, le, gt, ge, between) or against now.

    `newer_than` a duration d holds while `now - d < t`; `older_than` from then on. Where nothing happened no condition
    is met.
    """

    names: ClassVar[Mapping[str, Text]] = {
        "first": Text(en="first time", he="הפעם הראשונה"),
        "last": Text(en="last time", he="הפעם האחרונה"),
    }
    form = (
        FormField(
            "op",
            "choice",
            Text(en="Was", he="הייתה"),
            required=True,
            choices=(*_AGED, *(Choice(op, _EARLIER.get(op, OPERATORS[op].label)) for op in _ABSOLUTE)),
        ),
        FormField("value", "span", Text(en="How long", he="כמה זמן"), required=True, when={"op": _AGES}),
        FormField("value", "moment", Text(en="When", he="מתי"), required=True, when={"op": _ABSOLUTE}),
        FormField("as", "choice", Text(en="Read as", he="לקרוא בתור"), choices=(Choice("datetime", _TIME),)),
    )
    name: str
    condition: Condition | None = None
    age: timedelta | None = None
    older: bool = False

    @classmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        op = reader.choice("op", _ABSOLUTE + _AGES)
        if op in _AGES:
            return cls(name, age=parse_duration(reader.value("value"), reader.place("value")), older=op == "older_than")
        condition = parse_condition(reader, default_kind=Kind.DATETIME)
        if condition.operand.kind is not Kind.DATETIME:
            raise Mistake(
                reader.place("value"),
                "This must be a time with its zone, such as 2026-01-31T09:30:00+02:00.",
                "כאן צריך לבוא זמן עם אזור זמן, למשל 2026-01-31T09:30:00+02:00.",
            )
        return cls(name, condition)

    def says(self) -> Words:
        name = label(self.names[self.name])
        if self.age is None:
            assert self.condition is not None
            return attached(name, self.condition.says())
        age = duration(self.age)
        if self.older:
            return phrase("{name} at least {age} ago", "{name} לפני {age} או יותר", name=name, age=age)
        return phrase("{name} less than {age} ago", "{name} לפני פחות מ־{age}", name=name, age=age)

    def found(self, history: History) -> datetime | None:
        return history.first_at if self.name == "first" else history.last_at

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        column = f"{self.name}_at"
        columns = {
            column: Aggregate(f"{'min' if self.name == 'first' else 'max'}(e.occurred_at)"),
            "next": next_at(),
        }
        changes = ["s.next"]
        if self.age is not None:
            expires = f"s.{column} + make_interval(secs => {scope.bind(self.age.total_seconds(), 'float8')})"
            sign = "<=" if self.older else ">"
            holds = f"coalesce({expires} {sign} {scope.now}, false)"
            changes.append(f"CASE WHEN {expires} > {scope.now} THEN {expires} END")
        else:
            assert self.condition is not None
            holds = self._absolute_sql(f"s.{column}", scope)
        if window.lasts is not None:
            changes.append(window.leaves_at_sql(f"s.{column}", scope) or "NULL")
        listed = ", ".join(changes)
        return MeasureSql(columns, holds, f"least({listed})" if len(changes) > 1 else listed)

    def _absolute_sql(self, value: str, scope: Scope) -> str:
        assert self.condition is not None
        operand = self.condition.operand
        if self.condition.op == "between":
            return f"coalesce({value} BETWEEN {operand.bind(scope, 0)} AND {operand.bind(scope, 1)}, false)"
        sign = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}[self.condition.op]
        return f"coalesce({value} {sign} {operand.bind(scope)}, false)"

    def evaluate(self, history: History, window: Window) -> Verdict:
        at = history.first_at if self.name == "first" else history.last_at
        if at is None:
            return Verdict(False, history.next_at)
        leaves = window.leaves_at(at)
        if self.age is not None:
            expires = at + self.age
            newer = expires > history.now
            return Verdict(newer != self.older, earliest(history.next_at, leaves, expires if newer else None))
        assert self.condition is not None
        spelt = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return Verdict(self.condition.holds(spelt), earliest(history.next_at, leaves))

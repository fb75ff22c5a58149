"""How much: sum, average, smallest and largest of a number among the properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.conditions import Condition, condition_form, parse_condition
from kesher.segments.measures.base import OF, History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest
from kesher.segments.operators import Kind, number_of
from kesher.segments.paths import Path, parse_path
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Aggregate, PastEvent, Scope, Verdict
from kesher.segments.windows import Window
from kesher.segments.words import Words, label, phrase, quoted

# As exact as PostgreSQL's numeric; digits are only spent where a sum has them.
_EXACT = Context(prec=300_000, Emax=MAX_EMAX, Emin=MIN_EMIN)
_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_OPS = (*_SIGNS, "between")


@dataclass(frozen=True, slots=True)
class Amount(Measure):
    """The `name` (sum, avg, min or max) of the numbers at the path `of`; what is not a number does not count.

    The sum of nothing is 0; the average, the smallest and the largest of nothing meet no condition. An average is
    never divided out: `sum / n >= v` is asked as `sum >= v * n`, which is exact in both evaluators.
    """

    names: ClassVar[Mapping[str, Text]] = {
        "sum": Text(en="sum", he="סכום"),
        "avg": Text(en="average", he="ממוצע"),
        "min": Text(en="smallest", he="הקטן ביותר"),
        "max": Text(en="largest", he="הגדול ביותר"),
    }
    form = (OF, *condition_form(_OPS, (Kind.NUMBER,)))
    name: str
    of: Path
    condition: Condition

    @classmethod
    def parse(cls, name: str, reader: Reader) -> Self:
        of = parse_path(reader.value("of"), reader.place("of"))
        reader.choice("op", _OPS)
        condition = parse_condition(reader)
        if condition.operand.kind is not Kind.NUMBER:
            raise Mistake(reader.place("value"), "This must be a number.", "כאן צריך לבוא מספר.")
        return cls(name, of, condition)

    def says(self) -> Words:
        return phrase(
            "the {name} of {of} {test}",
            "{name} של {of} {test}",
            name=label(self.names[self.name]),
            of=quoted(str(self.of)),
            test=self.condition.says(),
        )

    def found(self, history: History) -> Decimal | None:
        numbers = [number for event in history.seen for number in self._numbers(event)]
        total = self.total_of(numbers)
        if self.name != "avg" or total is None:
            return total
        return total / len(numbers)

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        items, x = self.of.rows("e.properties", scope)
        number = f"CASE WHEN jsonb_typeof({x}) = 'number' THEN ({x})::numeric END"
        is_number = f"jsonb_typeof({x}) = 'number'"
        form = "coalesce({}, 0)" if self.name == "sum" else "{}"
        call = "sum" if self.name == "avg" else self.name
        columns = {"total": Aggregate(f"{call}({number})", form=form), "next": next_at(is_number)}
        changes = "s.next"
        if window.lasts is not None:
            columns["first_at"] = Aggregate("min(e.occurred_at)", is_number)
            changes = f"least(s.next, {window.leaves_at_sql('s.first_at', scope)})"
        if self.name == "avg":
            columns["numbers"] = Aggregate(f"count({number})")
        return MeasureSql(columns, self._holds_sql(scope), changes, tuple(items))

    def _holds_sql(self, scope: Scope) -> str:
        operand = self.condition.operand
        times = " * s.numbers" if self.name == "avg" else ""
        limits = [f"{operand.bind(scope, position)}{times}" for position in range(len(operand.values))]
        if self.condition.op == "between":
            return f"coalesce(s.total BETWEEN {limits[0]} AND {limits[1]}, false)"
        return f"coalesce(s.total {_SIGNS[self.condition.op]} {limits[0]}, false)"

    def evaluate(self, history: History, window: Window) -> Verdict:
        numbers: list[Decimal] = []
        first_at: datetime | None = None
        for event in history.seen:
            found = self._numbers(event)
            if found and first_at is None:
                first_at = event.occurred_at
            numbers += found
        next_seen = next((event.occurred_at for event in history.ahead if self._numbers(event)), None)
        leaves = window.leaves_at(first_at) if first_at is not None else None
        return Verdict(self._holds(numbers), earliest(next_seen, leaves))

    def _holds(self, numbers: list[Decimal]) -> bool:
        total = self.total_of(numbers)
        if self.name != "avg" or total is None:
            return self.condition.holds(total)
        operand = self.condition.operand
        shares = tuple(_EXACT.multiply(value, len(numbers)) for value in operand.values)
        return replace(self.condition, operand=replace(operand, values=shares)).holds(total)

    def _numbers(self, event: PastEvent) -> list[Decimal]:
        return [number for value in self.of.values(event.properties) if (number := number_of(value)) is not None]

    def total_of(self, numbers: list[Decimal]) -> Decimal | None:
        """The sum (an average's too), the smallest or the largest; None where there is none."""
        if self.name == "sum" or (self.name == "avg" and numbers):
            total = Decimal(0)
            for number in numbers:
                total = _EXACT.add(total, number)
            return total
        picks = {"min": min, "max": max}
        return picks[self.name](numbers) if numbers else None

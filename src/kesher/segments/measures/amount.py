"""How much: sum, smallest and largest of a number among the properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import ClassVar, Self

from kesher.kernel.text import Text
from kesher.segments.conditions import Condition, parse_condition
from kesher.segments.measures.base import History, Measure, MeasureSql, next_at
from kesher.segments.moments import earliest
from kesher.segments.operators import Kind, number_of
from kesher.segments.paths import Path, parse_path
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Aggregate, PastEvent, Scope, Verdict
from kesher.segments.windows import Window

# As exact as PostgreSQL's numeric; digits are only spent where a sum has them.
_EXACT = Context(prec=300_000, Emax=MAX_EMAX, Emin=MIN_EMIN)
_OPS = ("eq", "ne", "lt", "le", "gt", "ge", "between")


@dataclass(frozen=True, slots=True)
class Amount(Measure):
    """The `name` (sum, min or max) of the numbers at the path `of`; what is not a number does not count.

    The sum of nothing is 0; the smallest and the largest of nothing meet no condition.
    """

    names: ClassVar[Mapping[str, Text]] = {
        "sum": Text(en="sum", he="סכום"),
        "min": Text(en="smallest", he="הקטן ביותר"),
        "max": Text(en="largest", he="הגדול ביותר"),
    }
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

    def sql(self, scope: Scope, window: Window) -> MeasureSql:
        items, x = self.of.rows("e.properties", scope)
        number = f"CASE WHEN jsonb_typeof({x}) = 'number' THEN ({x})::numeric END"
        is_number = f"jsonb_typeof({x}) = 'number'"
        form = "coalesce({}, 0)" if self.name == "sum" else "{}"
        columns = {"total": Aggregate(f"{self.name}({number})", form=form), "next": next_at(is_number)}
        changes = "s.next"
        if window.lasts is not None:
            columns["first_at"] = Aggregate("min(e.occurred_at)", is_number)
            changes = f"least(s.next, {window.leaves_at_sql('s.first_at', scope)})"
        return MeasureSql(columns, self.condition.sql("to_jsonb(s.total)", scope), changes, tuple(items))

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
        return Verdict(self.condition.holds(self._total(numbers)), earliest(next_seen, leaves))

    def _numbers(self, event: PastEvent) -> list[Decimal]:
        return [number for value in self.of.values(event.properties) if (number := number_of(value)) is not None]

    def _total(self, numbers: list[Decimal]) -> Decimal | None:
        if self.name == "sum":
            total = Decimal(0)
            for number in numbers:
                total = _EXACT.add(total, number)
            return total
        pick = min if self.name == "min" else max
        return pick(numbers, default=None)

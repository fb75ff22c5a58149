"""Less, more, between: numbers, dates, times, and texts by code point."""

from __future__ import annotations

import operator as compare
from collections.abc import Callable
from typing import Any, ClassVar

from kesher.kernel.text import Text
from kesher.segments.operators.base import ORDERED, Arity, Operand, Operator, read_as, typed_sql
from kesher.segments.types.sql import Scope


class _Ordered(Operator):
    kinds = ORDERED
    sign: ClassVar[str]
    compare: ClassVar[Callable[[Any, Any], bool]]

    def holds(self, value: Any, operand: Operand) -> bool:
        typed = read_as(operand.kind, value)
        return typed is not None and type(self).compare(typed, operand.values[0])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        return typed_sql(operand.kind, x, lambda v: f"{v} {self.sign} {operand.bind(scope)}")


class Less(_Ordered):
    """The value is smaller, or earlier."""

    name = "lt"
    label = Text(en="is less than", he="קטן מ־")
    sign = "<"
    compare = compare.lt


class LessOrEqual(_Ordered):
    """The value is at most the operand."""

    name = "le"
    label = Text(en="is at most", he="לכל היותר")
    sign = "<="
    compare = compare.le


class Greater(_Ordered):
    """The value is larger, or later."""

    name = "gt"
    label = Text(en="is more than", he="גדול מ־")
    sign = ">"
    compare = compare.gt


class GreaterOrEqual(_Ordered):
    """The value is at least the operand."""

    name = "ge"
    label = Text(en="is at least", he="לפחות")
    sign = ">="
    compare = compare.ge


class Between(Operator):
    """The value lies between two, both included."""

    name = "between"
    label = Text(en="is between", he="בין")
    kinds = ORDERED
    arity = Arity.PAIR

    def holds(self, value: Any, operand: Operand) -> bool:
        typed = read_as(operand.kind, value)
        return typed is not None and bool(operand.values[0] <= typed <= operand.values[1])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        low, high = operand.bind(scope, 0), operand.bind(scope, 1)
        return typed_sql(operand.kind, x, lambda v: f"{v} BETWEEN {low} AND {high}")

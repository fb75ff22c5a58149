"""The same, another, one of several."""

from __future__ import annotations

from typing import Any

from kesher.kernel.text import Text
from kesher.segments.operators.base import Arity, Operand, Operator, read_as, typed_sql
from kesher.segments.types.sql import Scope


class Equal(Operator):
    """The value is of the operand's kind and equal to it; letters' case counts."""

    name = "eq"
    label = Text(en="is", he="שווה ל־")

    def holds(self, value: Any, operand: Operand) -> bool:
        return bool(read_as(operand.kind, value) == operand.values[0])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        return typed_sql(operand.kind, x, lambda v: f"{v} = {operand.bind(scope)}")


class NotEqual(Operator):
    """The value exists and differs (in value or in kind); a missing one does not differ from anything."""

    name = "ne"
    label = Text(en="exists and is not", he="קיים ושונה מ־")

    def holds(self, value: Any, operand: Operand) -> bool:
        return bool(read_as(operand.kind, value) != operand.values[0])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        equal = typed_sql(operand.kind, x, lambda v: f"{v} = {operand.bind(scope)}")
        return f"(coalesce(jsonb_typeof({x}) <> 'null', false) AND NOT {equal})"


class In(Operator):
    """The value is equal to one of several."""

    name = "in"
    label = Text(en="is one of", he="אחד מתוך")
    arity = Arity.MANY

    def holds(self, value: Any, operand: Operand) -> bool:
        return read_as(operand.kind, value) in operand.values

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        return typed_sql(operand.kind, x, lambda v: f"{v} = ANY ({operand.bind_all(scope)})")

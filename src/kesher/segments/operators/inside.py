"""Parts of texts and members of arrays; letters' case counts."""

from __future__ import annotations

from typing import Any

from kesher.kernel.text import Text
from kesher.segments.operators.base import Kind, Operand, Operator, read_as, typed_sql
from kesher.segments.types.sql import Scope

_TEXT = frozenset({Kind.TEXT})


class Contains(Operator):
    """A text contains the operand, or an array has an element equal to it."""

    name = "contains"
    label = Text(en="contains", he="מכיל")
    kinds = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOL})

    def holds(self, value: Any, operand: Operand) -> bool:
        wanted = operand.values[0]
        if isinstance(value, list):
            return any(read_as(operand.kind, element) == wanted for element in value)
        return operand.kind is Kind.TEXT and isinstance(value, str) and wanted in value

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        wanted = operand.bind(scope)
        inside = f"{x} @> to_jsonb({wanted})" if operand.kind is not Kind.TEXT else f"{x} ? {wanted}"
        part = f"strpos({x} #>> '{{}}', {wanted}) > 0" if operand.kind is Kind.TEXT else "false"
        return f"CASE jsonb_typeof({x}) WHEN 'array' THEN {inside} WHEN 'string' THEN {part} ELSE false END"


class Starts(Operator):
    """The text begins with the operand."""

    name = "starts"
    label = Text(en="starts with", he="מתחיל ב־")
    kinds = _TEXT

    def holds(self, value: Any, operand: Operand) -> bool:
        return isinstance(value, str) and value.startswith(operand.values[0])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        return typed_sql(Kind.TEXT, x, lambda v: f"starts_with({v}, {operand.bind(scope)})")


class Ends(Operator):
    """The text ends with the operand."""

    name = "ends"
    label = Text(en="ends with", he="מסתיים ב־")
    kinds = _TEXT

    def holds(self, value: Any, operand: Operand) -> bool:
        return isinstance(value, str) and value.endswith(operand.values[0])

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        wanted = operand.bind(scope)
        return typed_sql(Kind.TEXT, x, lambda v: f"right({v}, length({wanted})) = {wanted}")

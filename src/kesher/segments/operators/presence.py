"""There at all."""

from __future__ import annotations

from typing import Any

from kesher.kernel.text import Text
from kesher.segments.operators.base import Arity, Operand, Operator
from kesher.segments.types.sql import Scope


class Exists(Operator):
    """The value is there and is not null (an empty text is there)."""

    name = "exists"
    label = Text(en="has any value", he="קיים")
    arity = Arity.NOTHING

    def holds(self, value: Any, operand: Operand) -> bool:
        return True

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        return f"coalesce(jsonb_typeof({x}) <> 'null', false)"

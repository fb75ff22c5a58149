"""A pattern within a text."""

from __future__ import annotations

from typing import Any

from kesher.kernel.text import Text
from kesher.segments.operators.base import Kind, Operand, Operator, typed_sql
from kesher.segments.patterns import MAX_SUBJECT, PatternInvalid, parse_pattern
from kesher.segments.reading import Mistake
from kesher.segments.types.sql import Scope


class Regex(Operator):
    """The text contains a match of the pattern; `patterns` says which patterns there are."""

    name = "regex"
    label = Text(en="matches the pattern", he="מתאים לתבנית")
    kinds = frozenset({Kind.TEXT})

    def mistake(self, value: Any, place: str) -> Mistake | None:
        try:
            parse_pattern(value)
        except PatternInvalid as error:
            return Mistake(place, error.en, error.he)
        return None

    def holds(self, value: Any, operand: Operand) -> bool:
        return isinstance(value, str) and parse_pattern(operand.values[0]).found_in(value)

    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        pattern = scope.bind(parse_pattern(operand.values[0]).postgres(), "text")
        # CASE: the length is asked first, whatever the planner thinks.
        return typed_sql(
            Kind.TEXT, x, lambda v: f"CASE WHEN length({v}) <= {MAX_SUBJECT} THEN {v} ~ {pattern} ELSE false END"
        )

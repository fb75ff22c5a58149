"""What an operator is, and how a JSON value is read as one of the comparable kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from kesher.kernel.text import Text
from kesher.segments.moments import read_date, read_moment
from kesher.segments.reading import Mistake
from kesher.segments.types.sql import Scope


class Kind(StrEnum):
    """How a comparison reads the values on both its sides."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    DATETIME = "datetime"


class Arity(StrEnum):
    """What an operator compares with."""

    NOTHING = "nothing"
    ONE = "one"
    PAIR = "pair"
    MANY = "many"


ORDERED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME})
ALL_KINDS = frozenset(Kind)


def number_of(value: Any) -> Decimal | None:
    """The exact number of a JSON value, or None when it is something else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    return number if number.is_finite() else None


_READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: lambda value: value if isinstance(value, str) else None,
    Kind.NUMBER: number_of,
    Kind.BOOL: lambda value: value if isinstance(value, bool) else None,
    Kind.DATE: lambda value: read_date(value) if isinstance(value, str) else None,
    Kind.DATETIME: lambda value: read_moment(value) if isinstance(value, str) else None,
}


def read_as(kind: Kind, value: Any) -> Any:
    """A JSON value as the kind, or None when it is not of it."""
    return _READ[kind](value)


_CASTS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "numeric",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
}
_JSON_TYPES = {Kind.NUMBER: "number", Kind.BOOL: "boolean"}
# Texts are ordered by code point, as Python does: the order of the database's collation would differ.
_VALUES = {
    Kind.TEXT: "({x} #>> '{{}}') COLLATE \"C\"",
    Kind.NUMBER: "({x})::numeric",
    Kind.BOOL: "({x})::boolean",
    Kind.DATE: "segments_read_date({x} #>> '{{}}')",
    Kind.DATETIME: "segments_read_moment({x} #>> '{{}}')",
}


def typed_sql(kind: Kind, x: str, test: Callable[[str], str]) -> str:
    """`test` over a jsonb expression read as the kind; false, never an error, when it is something else."""
    wanted = _JSON_TYPES.get(kind, "string")
    value = _VALUES[kind].format(x=x)
    return f"CASE WHEN jsonb_typeof({x}) = '{wanted}' THEN coalesce({test(value)}, false) ELSE false END"


@dataclass(frozen=True, slots=True)
class Operand:
    """What a value is compared with: typed values of one kind."""

    kind: Kind
    values: tuple[Any, ...] = ()

    def bind(self, scope: Scope, position: int = 0) -> str:
        """One of the values as a placeholder."""
        return scope.bind(self.values[position], _CASTS[self.kind])

    def bind_all(self, scope: Scope) -> str:
        """All the values as an array."""
        return scope.bind(list(self.values), f"{_CASTS[self.kind]}[]")


class Operator(ABC):
    """A comparison of one JSON value, present and not null, with an operand."""

    name: ClassVar[str]
    label: ClassVar[Text]
    kinds: ClassVar[frozenset[Kind]] = ALL_KINDS
    arity: ClassVar[Arity] = Arity.ONE

    def mistake(self, value: Any, place: str) -> Mistake | None:
        """What is wrong with a value of the right kind that the operator cannot work with."""
        return None

    @abstractmethod
    def holds(self, value: Any, operand: Operand) -> bool:
        """The answer in memory."""

    @abstractmethod
    def sql(self, x: str, operand: Operand, scope: Scope) -> str:
        """The answer over a jsonb expression: never NULL, false when `x` is NULL or JSON null."""

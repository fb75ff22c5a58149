"""Comparisons of JSON values: a class each. A new one is a new file here, nothing else."""

from kesher.segments.operators.base import ALL_KINDS, ORDERED, Arity, Kind, Operand, Operator, number_of, read_as
from kesher.segments.registry import discover

OPERATORS: dict[str, Operator] = {
    kind.name: kind()
    for kind in discover(__name__, Operator)  # type: ignore[type-abstract]
}

__all__ = ["ALL_KINDS", "OPERATORS", "ORDERED", "Arity", "Kind", "Operand", "Operator", "number_of", "read_as"]

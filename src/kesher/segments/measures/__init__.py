"""What an event leaf can measure: a class each. A new one is a new file here, nothing else."""

from kesher.segments.measures.base import History, Measure, MeasureSql
from kesher.segments.registry import discover

MEASURES: dict[str, type[Measure]] = {
    name: kind
    for kind in discover(__name__, Measure)  # type: ignore[type-abstract]
    for name in kind.names
}

__all__ = ["MEASURES", "History", "Measure", "MeasureSql"]

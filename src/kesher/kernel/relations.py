"""Sets cross the borders between rooms as relations: a SELECT with its parameters, never a list of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Relation:
    """A SELECT (or the name of a table) that yields the columns which the receiving statement documents.

    Parameters are psycopg's named ones; give them a prefix of your own, since they share a namespace with the
    parameters of the statement that the relation is put into.
    """

    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def table(cls, name: str) -> Relation:
        """All rows of a table; for temporary tables that a room filled."""
        return cls(f"SELECT * FROM {name}")

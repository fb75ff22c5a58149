"""Named SQL: a room's statements live in `sql/*.sql`, each with its why, its locks and its index.

A file holds statements like

    -- name: claim_messages
    -- Why, which locks it takes, which index serves it.
    -- relation people: profile_id bigint, at timestamptz
    UPDATE … FROM {people} p WHERE … = %(owner)s::text

`%(owner)s` is a bound value and always carries a cast, so that every statement can be prepared and checked by itself.
`{people}` is a relation that the caller passes; the `-- relation` line says which columns it must have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from psycopg import Connection, Cursor

from kesher.kernel.relations import Relation

_NAME = re.compile(r"^-- name: *([a-z][a-z0-9_]*) *$", re.M)
_RELATION = re.compile(r"^-- relation ([a-z_]+): *(.+)$", re.M)
_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Statement:
    """One named statement; `relations` maps the name of each relation it takes to its columns."""

    room: str
    name: str
    sql: str
    relations: Mapping[str, str]

    def compose(self, relations: Mapping[str, Relation]) -> str:
        """The text with each relation put in, in brackets."""
        if relations.keys() != self.relations.keys():
            raise TypeError(
                f"{self.room}.{self.name} takes relations {sorted(self.relations)}, not {sorted(relations)}"
            )
        text = self.sql
        for name, relation in relations.items():
            text = text.replace("{" + name + "}", f"({relation.sql})")
        return text

    def for_prepare(self) -> str:
        """The text with numbered parameters and empty relations, to be checked with PREPARE."""
        numbers: dict[str, int] = {}
        text = self.compose({name: Relation(_empty(columns)) for name, columns in self.relations.items()})
        text = _PARAMETER.sub(lambda m: f"${numbers.setdefault(m[1], len(numbers) + 1)}", text)
        return text.replace("%%", "%")


class Statements:
    """The named statements of one room."""

    def __init__(self, room: str, statements: Mapping[str, Statement]) -> None:
        self.room = room
        self._statements = statements

    def __getitem__(self, name: str) -> Statement:
        return self._statements[name]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.values())

    def run(
        self, conn: Connection[Any], name: str, params: Mapping[str, Any] | None = None, /, **relations: Relation
    ) -> Cursor[Any]:
        """Execute the statement `name`; relations are passed by name, their parameters are merged."""
        merged = dict(params or {})
        for relation in relations.values():
            merged.update(relation.params)
        return conn.execute(self._statements[name].compose(relations), merged)

    def records(self, conn: Connection[Any], name: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of the statement `name`, each by the names of its columns; for exports."""
        cursor = self.run(conn, name, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@cache
def statements_of(package: str) -> Statements:
    """The statements in the `sql` folder of a room's package (`statements_of(__package__)`)."""
    room = package.rpartition(".")[2]
    found: dict[str, Statement] = {}
    for file in sorted(resources.files(package).joinpath("sql").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql"):
            continue
        for statement in _parse(room, file.read_text(encoding="utf-8")):
            if statement.name in found:
                raise ValueError(f"{room}: two statements are named {statement.name}")
            found[statement.name] = statement
    return Statements(room, found)


def _parse(room: str, text: str) -> Iterator[Statement]:
    parts = _NAME.split(text)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        yield Statement(room, name, body.strip().rstrip(";"), {m[1]: m[2] for m in _RELATION.finditer(body)})


def _empty(columns: str) -> str:
    casts = (column.split(maxsplit=1) for column in columns.split(","))
    return "SELECT " + ", ".join(f"NULL::{kind.strip()} AS {name}" for name, kind in casts) + " WHERE false"

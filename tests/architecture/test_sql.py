"""Every named statement of every room is valid on a migrated database, and is used."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import psycopg
import pytest

import kesher
from kesher.kernel.sql import Statement, statements_of

SOURCE = Path(kesher.__file__).parent
ROOMS = sorted(folder.parent for folder in SOURCE.glob("*/sql") if any(folder.glob("*.sql")))
STATEMENTS = [s for room in ROOMS for s in statements_of(f"kesher.{room.name}")]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.room}.{s.name}")
def test_a_named_statement_prepares(conn: psycopg.Connection, statement: Statement) -> None:
    for room in SOURCE.glob("*/temporary.py"):
        importlib.import_module(f"kesher.{room.parent.name}.temporary").create_temporary_tables(conn)
    conn.execute(f"PREPARE checked AS {statement.for_prepare()}")
    conn.execute("DEALLOCATE checked")


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s.room}.{s.name}")
def test_a_percent_sign_is_doubled(statement: Statement) -> None:
    assert not re.search(r"%(?!\()", statement.sql.replace("%%", "")), "psycopg takes a single % for a parameter"


def test_every_named_statement_is_used() -> None:
    for room in ROOMS:
        code = "\n".join(file.read_text() for file in room.rglob("*.py"))
        unused = [s.name for s in statements_of(f"kesher.{room.name}") if not re.search(rf"[\"']{s.name}[\"']", code)]
        assert unused == [], f"{room.name}: delete these statements or use them"

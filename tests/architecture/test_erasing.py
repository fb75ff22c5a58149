"""Whoever adds a table with a row per person says what becomes of it when the person is erased."""

from __future__ import annotations

from pathlib import Path

import psycopg

import kesher
from kesher.kernel.sql import statements_of

SOURCE = Path(kesher.__file__).parent
NUMBERS_ONLY = {"events_erasure"}
"""Tables that hold a profile's number and nothing else about her, and need it after her erasing."""


def test_every_table_with_a_person_in_it_is_erased(conn: psycopg.Connection) -> None:
    rows = conn.execute(
        "SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attname IN ('profile_id', 'origin_profile_id', 'winner_id') AND NOT c.relispartition"
        " AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
    )
    erasing = "\n".join(
        statement.sql
        for file in SOURCE.glob("*/sql/erasing.sql")
        for statement in statements_of(f"kesher.{file.parent.parent.name}")
        if statement.name.startswith(("erase_", "digest_"))
    )
    assert [row[0] for row in rows if row[0] not in NUMBERS_ONLY and row[0] not in erasing] == []

import psycopg
import pytest

from kesher.kernel.relations import Relation
from kesher.kernel.sql import Statement, Statements

COUNT = Statement(
    "kernel",
    "count_people",
    "-- relation people: id bigint\nSELECT count(*) FROM {people} p WHERE p.id > %(least)s::bigint AND 7 %% 2 = 1",
    {"people": "id bigint"},
)


def test_a_relation_is_put_in_with_its_parameters(conn: psycopg.Connection) -> None:
    statements = Statements("kernel", {"count_people": COUNT})
    people = Relation("SELECT generate_series(1, %(people_most)s::bigint) AS id", {"people_most": 10})
    row = statements.run(conn, "count_people", {"least": 4}, people=people).fetchone()
    assert row == (6,)


def test_a_statement_prepares_with_an_empty_relation(conn: psycopg.Connection) -> None:
    conn.execute(f"PREPARE checked AS {COUNT.for_prepare()}")
    assert conn.execute("EXECUTE checked (1)").fetchone() == (0,)
    conn.execute("DEALLOCATE checked")


def test_a_missing_or_unknown_relation_is_a_defect(conn: psycopg.Connection) -> None:
    with pytest.raises(TypeError, match="people"):
        COUNT.compose({})
    with pytest.raises(TypeError, match="others"):
        COUNT.compose({"people": Relation("SELECT 1"), "others": Relation("SELECT 1")})

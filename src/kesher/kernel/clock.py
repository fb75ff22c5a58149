"""One clock for every decision, kept in the database so that all processes agree, and can travel in time.

`now` is the wall clock unless an operator froze it (the demo does, to live through a year in a minute; tests do). It
is read once at the start of a unit of work and passed down; nothing below asks for the time again. It never runs ahead
of the wall clock. Leases and back-offs that guard against dead processes use PostgreSQL's own clock instead.
"""

from __future__ import annotations

from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def read_clock(conn: Conn) -> datetime:
    """The time at which decisions are to be made, aware, in UTC."""
    now: datetime = _sql.run(conn, "read_clock").fetchone()[0]  # type: ignore[index]
    return now


def relation_clock() -> Relation:
    """The same as a relation of one row (now timestamptz), for a statement that must spare a round trip."""
    return Relation(_sql["read_clock"].sql)


def freeze_clock(conn: Conn, at: datetime | None) -> None:
    """Hold the clock at `at`, or let it run again with `None`; listening processes wake up."""
    _sql.run(conn, "freeze_clock", {"at": at})

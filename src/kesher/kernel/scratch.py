"""Temporary tables in which a connection works again and again, and which it empties itself.

`ON COMMIT DELETE ROWS` would do it, but it truncates every such table and its indexes, file by file, at each commit
that touched any of them: for the twenty files of a tick that took longer than the tick's own work. Deleting the last
unit's rows costs next to nothing when there are few; truncating now and then gives the space back. (Not VACUUM: a
table that was never vacuumed is planned as if it held ten pages, which suits work of any size better than "empty".)
"""

from __future__ import annotations

from collections.abc import Iterable

from kesher.kernel.db import Conn


def empty_tables(conn: Conn, names: Iterable[str]) -> None:
    """Delete what the last unit of work left; the first step of the next."""
    conn.execute("; ".join(f"DELETE FROM {name}" for name in names))


def truncate_tables(conn: Conn, names: Iterable[str]) -> None:
    """Give the space of deleted rows back; between two units of work."""
    conn.execute(f"TRUNCATE {', '.join(names)}")

"""The rows of people who were erased."""

from __future__ import annotations

from collections.abc import Sequence

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def erase_people(conn: Conn, profile_ids: Sequence[int]) -> None:
    """Take people off every list and out of every segment, without events; inside the tick that learns of it."""
    _sql.run(conn, "erase_people", {"profiles": list(profile_ids)})

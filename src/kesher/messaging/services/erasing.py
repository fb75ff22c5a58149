"""The messages and addresses of people who were erased."""

from __future__ import annotations

from collections.abc import Sequence

from kesher.kernel.db import Conn
from kesher.kernel.digests import digest_pads
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.messaging")


def erase_people(conn: Conn, profile_ids: Sequence[int]) -> None:
    """Forget to whom messages went and what was in them; inside the tick that learns of it."""
    values = {"profiles": list(profile_ids)}
    _sql.run(conn, "erase_messages", values)
    _sql.run(conn, "digest_suppressions", values | digest_pads())

"""Taking over from senders that died."""

from __future__ import annotations

from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.sender.batch import Claimed, Outcome
from kesher.messaging.sender.journal import Journal
from kesher.messaging.sender.settle import settle
from kesher.messaging.types import State

_sql = statements_of("kesher.messaging")


def recover(conn: Conn, journal: Journal, *, now: datetime) -> int:
    """Settle what the last life of this slot had sent and not recorded, and put back the rest of what it held.

    Only what had begun to leave and was not answered is uncertain. Returns how many were put back.
    """
    known = journal.remembered()
    if known.sent:
        rows = [Claimed(*row) for row in _sql.run(conn, "load_messages", {"ids": sorted(known.sent)})]
        sent = [Outcome(m.id, State.SENT, attempts=1, address=m.address, language=m.language) for m in rows]
        settle(conn, sent, owner=journal.owner, now=now)
    put_back = _sql.run(conn, "take_over", {"dead": journal.owner, "begun": sorted(known.begun)}).rowcount
    journal.clear()
    return put_back


def take_over_expired(conn: Conn) -> int:
    """Put back what senders on lost machines held when their leases ran out; all of it is uncertain."""
    return _sql.run(conn, "take_over", {"dead": None, "begun": None}).rowcount

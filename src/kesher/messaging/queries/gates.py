"""What the gate in memory needs: a workspace's rules of contact, and what people were sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from kesher.accounts import queries as accounts
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.gate import Gate
from kesher.messaging.queries.settings import get_policy

_sql = statements_of("kesher.messaging")


def load_gate(conn: Conn, *, workspace_id: int) -> Gate:
    """The workspace's gate as it stands, with every suppressed address."""
    policy = get_policy(conn, workspace_id=workspace_id)
    zone = accounts.get_workspace(workspace_id).timezone
    suppressed = _sql.run(conn, "suppressed_addresses", {"workspace_id": workspace_id}).fetchall()
    return Gate(policy, zone, frozenset((channel, address) for channel, address in suppressed))


def list_sent(
    conn: Conn, profile_ids: Sequence[int], *, since: datetime, until: datetime, except_journey: str
) -> dict[int, list[tuple[str, datetime]]]:
    """The marketing messages of each person (channel, moment), but for those of one journey."""
    params = {"profiles": list(profile_ids), "since": since, "until": until, "except_journey": except_journey}
    sent: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for profile_id, channel, sent_at in _sql.run(conn, "sent_messages", params):
        sent[profile_id].append((channel, sent_at))
    return sent

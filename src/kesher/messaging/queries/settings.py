"""Reads of what a workspace has set up: policy, providers, suppressions."""

from __future__ import annotations

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.policy import Policy, parse_policy
from kesher.messaging.types import ProviderInfo, SuppressionInfo

_sql = statements_of("kesher.messaging")


def get_policy(conn: Conn, *, workspace_id: int) -> Policy:
    """The workspace's caps, quiet hours and windows; an empty policy when it has none."""
    row = _sql.run(conn, "find_policy", {"workspace_id": workspace_id}).fetchone()
    return parse_policy(*row) if row else Policy()


def list_providers(conn: Conn, *, workspace_id: int) -> list[ProviderInfo]:
    """The accounts through which messages leave, without their secrets."""
    return [ProviderInfo(*row) for row in _sql.run(conn, "list_providers", {"workspace_id": workspace_id})]


def list_suppressions(
    conn: Conn, *, workspace_id: int, channel: str = "email", after: str = "", limit: int = 100
) -> list[SuppressionInfo]:
    """Suppressed addresses in alphabetical order; `after` is the last address of the page before."""
    values = {"workspace_id": workspace_id, "channel": channel, "after": after, "limit": limit}
    return [SuppressionInfo(*row) for row in _sql.run(conn, "list_suppressions", values)]

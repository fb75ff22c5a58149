"""The policy of contact: frequency caps, quiet hours and sending windows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.kernel import wake
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.policy import Policy, parse_policy, policy_json

_sql = statements_of("kesher.messaging")


def save_policy(
    conn: Conn, *, workspace_id: int, caps: Any, quiet_hours: Any, now: datetime, windows: Any = ()
) -> Policy:
    """Set a workspace's caps, quiet hours and sending windows; it holds from the next message on.

    `caps` is a list of `{"channel": "email" or "", "limit": 3, "window_hours": 24, "action": "defer" or "drop"}`,
    `quiet_hours` is `{}` or `{"start": "21:00", "end": "08:00", "action": "defer" or "drop"}` in the person's own zone,
    `windows` is a list of `{"channel": "email" or "", "country": "IL" or "", "open": [{"days": ["sun", …], "after":
    "08:00", "before": "21:00"}], "calendar": "jewish" or "", "action": "defer" or "drop"}`: of several the one for
    channel and country holds, else for the country, else for the channel, else for all. PolicyInvalid names each
    mistake.
    """
    policy = parse_policy(caps, quiet_hours, windows)
    kept_caps, kept_quiet, kept_windows = policy_json(policy)
    values = {
        "workspace_id": workspace_id,
        "caps": Jsonb(kept_caps),
        "quiet_hours": Jsonb(kept_quiet),
        "windows": Jsonb(kept_windows),
        "now": now,
    }
    with conn.transaction():
        _sql.run(conn, "save_policy", values)
        wake.notify(conn, wake.MESSAGES)
    return policy

"""What a definition may name: the things of its workspace."""

from __future__ import annotations

from kesher.kernel.db import request_connection
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")

KINDS = ("template", "closed_template", "topic", "segment", "list", "journey", "coupon_pool", "secret", "member")


def known_names(workspace_id: int) -> dict[str, frozenset[str]]:
    """The keys of the workspace's templates (and of those without a way out for the reader), topics, segments, lists,
    journeys and pools of coupons, secrets and members (by e-mail address), by kind."""
    rows = _sql.run(request_connection(), "list_names", {"workspace_id": workspace_id})
    known: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, key in rows:
        known[kind].add(key)
    return {kind: frozenset(keys) for kind, keys in known.items()}

"""The suppression list: addresses that must not be contacted on a channel, whatever else is permitted."""

from __future__ import annotations

from datetime import datetime

from kesher.consent import services as consent
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.addresses import canonical_email, is_email
from kesher.messaging.errors import AddressInvalid

_sql = statements_of("kesher.messaging")


def add_suppression(
    conn: Conn,
    *,
    workspace_id: int,
    address: str,
    reason: str,
    now: datetime,
    channel: str = "email",
    detail: str = "",
) -> None:
    """Never contact an address again on a channel; `reason` is `bounced`, `complained` or `manual`."""
    canonical = canonical_email(address)
    if channel == "email" and not is_email(canonical):
        raise AddressInvalid(address=address)
    values = {
        "workspace_id": workspace_id,
        "channel": channel,
        "address": canonical,
        "reason": reason,
        "detail": detail,
        "now": now,
    }
    _sql.run(conn, "add_suppression", values)


def remove_suppression(conn: Conn, *, workspace_id: int, address: str, channel: str = "email") -> bool:
    """Allow an address again, also that of somebody who was erased; False when it was not on the list."""
    canonical = canonical_email(address)
    values = {"workspace_id": workspace_id, "channel": channel, "address": canonical}
    removed = _sql.run(conn, "remove_suppression", values).rowcount == 1
    kind = "email" if channel == "email" else "phone"
    return consent.release_address(conn, workspace_id=workspace_id, kind=kind, address=canonical) or removed

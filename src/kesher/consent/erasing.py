"""Erasing a person, as far as permission goes: the proof stays, the person does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.digests import digest, digest_pads
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def erase_people(conn: Conn, profile_ids: Sequence[int], *, now: datetime) -> None:
    """Keep digests of the people's addresses, and of their consents only what was said and when. Before the profiles
    are erased; call it through `events.services.erase_profiles`."""
    values = {"profiles": list(profile_ids), "now": now}
    _sql.run(conn, "remember_addresses", values | digest_pads())
    _sql.run(conn, "erase_consents", values)


def release_address(conn: Conn, *, workspace_id: int, kind: str, address: str) -> bool:
    """Let an address of somebody who was erased be written to again; False when it was not such a one."""
    known = digest(f"{workspace_id} {kind} {address.strip().lower()}")
    values = {"workspace_id": workspace_id, "kind": kind, "digest": known}
    return _sql.run(conn, "release_address", values).rowcount == 1

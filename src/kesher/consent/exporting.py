"""All that is known of a person: what she permitted and forbade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of(__package__)


def export_person(conn: Conn, profile_ids: Sequence[int]) -> dict[str, Any]:
    """`consents`: every statement of her will, with its proof."""
    return {"consents": _sql.records(conn, "export_consents", {"profiles": list(profile_ids)})}

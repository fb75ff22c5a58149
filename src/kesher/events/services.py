"""The room's writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kesher.events.types import IncomingEvent, IngestResult
from kesher.kernel.db import Conn


def ingest(conn: Conn, events: Sequence[IncomingEvent], *, now: datetime) -> IngestResult:
    """Write events in one durable transaction, each message once; up to a few thousand at a time."""
    raise NotImplementedError

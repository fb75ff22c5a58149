"""What passes between journeys and other systems: the calls that they make, and those that they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")


@dataclass(frozen=True, slots=True)
class OutgoingHook:
    """A step that calls another system; `signed_with` names the secret of its signature, empty for none."""

    journey: str
    name: Mapping[str, str]
    state: str
    node: str
    method: str
    url: str
    signed_with: str


@dataclass(frozen=True, slots=True)
class IncomingHook:
    """A journey that another system calls."""

    journey: str
    name: Mapping[str, str]
    state: str


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """A call that a journey made or is about to make, and what became of it."""

    id: int
    journey: str
    name: Mapping[str, str]
    node: str
    profile_id: int
    state: str
    outcome: str | None
    status: int | None
    attempts: int
    error: str | None
    reserved_at: datetime
    finished_at: datetime | None


def list_outgoing_hooks(conn: Conn, *, workspace_id: int) -> list[OutgoingHook]:
    """The steps of the workspace's journeys that call other systems."""
    return [OutgoingHook(*row) for row in _sql.run(conn, "outgoing_hooks", {"workspace_id": workspace_id})]


def list_incoming_hooks(conn: Conn, *, workspace_id: int) -> list[IncomingHook]:
    """The workspace's journeys that other systems call."""
    return [IncomingHook(*row) for row in _sql.run(conn, "incoming_hooks", {"workspace_id": workspace_id})]


def list_calls(conn: Conn, *, workspace_id: int, before: int | None, limit: int) -> list[WebhookCall]:
    """The latest calls, the newest first, from the one before `before`."""
    values = {"workspace_id": workspace_id, "before": before, "limit": limit}
    return [WebhookCall(*row) for row in _sql.run(conn, "list_calls", values)]

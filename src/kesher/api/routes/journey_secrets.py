"""Secrets that journeys use in their calls."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import In, Out, PathKey
from kesher.journeys import queries, services

routes = Routes("journey-secrets")


class SecretDetail(Out):
    """A secret by name; its value is never shown."""

    name: str
    saved_at: datetime


class SecretValue(In):
    """The value to keep, sealed."""

    value: str = Field(min_length=16, max_length=4_000)


@routes.get("/journey-secrets", permission="journeys:read")
def list_journey_secrets(call: Call) -> list[SecretDetail]:
    """The names of the secrets that journeys may use."""
    found = queries.list_secrets(call.conn, workspace_id=call.workspace_id)
    return [SecretDetail(name=name, saved_at=saved_at) for name, saved_at in found]


@routes.put("/journey-secrets/{name}", permission="journeys:publish")
def save_journey_secret(call: Call, name: PathKey, body: SecretValue) -> list[SecretDetail]:
    """Keep a secret under a name, or replace it; the names of all are answered."""
    services.save_secret(call.conn, workspace_id=call.workspace_id, name=name, value=body.value, now=call.now)
    call.audit("journeys.save_secret", name)
    return list_journey_secrets(call)


@routes.delete("/journey-secrets/{name}", permission="journeys:publish")
def delete_journey_secret(call: Call, name: PathKey) -> None:
    """Forget a secret; calls that need it fail from then on."""
    services.delete_secret(call.conn, workspace_id=call.workspace_id, name=name)
    call.audit("journeys.delete_secret", name)

"""Reads of a workspace's sending domains."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.messaging.domains.records import records_of
from kesher.messaging.domains.servers import Server, servers_of
from kesher.messaging.errors import DomainNotFound
from kesher.messaging.queries.settings import list_providers
from kesher.messaging.registry import get_provider_kind
from kesher.messaging.types import DomainInfo, RecordState

_sql = statements_of("kesher.messaging")


def list_domains(conn: Conn, *, workspace_id: int) -> list[DomainInfo]:
    """The domains by name, each with the records to publish and what was last seen of them."""
    return _domains(conn, workspace_id, None)


def get_domain(conn: Conn, *, workspace_id: int, name: str) -> DomainInfo:
    """One of them; DomainNotFound."""
    found = _domains(conn, workspace_id, name)
    if not found:
        raise DomainNotFound(key=name)
    return found[0]


def _domains(conn: Conn, workspace_id: int, name: str | None) -> list[DomainInfo]:
    hosts = _hosts_of(conn, workspace_id)
    own_host = urlsplit(settings.BASE_URL).hostname or ""
    rows = _sql.run(conn, "list_domains", {"workspace_id": workspace_id, "name": name})
    return [_info(row, servers_of(hosts, domain=row[0], own_host=own_host)) for row in rows]


def _info(row: tuple[Any, ...], servers: list[Server]) -> DomainInfo:
    name, selector, public_key, signing, answers, dkim_seen_at, checked_at, created_at = row
    records = records_of(name, selector, public_key, servers, answers)
    # Who publishes our key owns the name; where the provider signs instead, the record that names it must do.
    proven = dkim_seen_at is not None if signing else records[0].state in (RecordState.OK, RecordState.UNSURE)
    return DomainInfo(name, selector, public_key, signing, proven, dkim_seen_at, checked_at, created_at, records)


def _hosts_of(conn: Conn, workspace_id: int) -> list[str]:
    """The servers by which the workspace's e-mail leaves: its own accounts', else the environment's."""
    own = [
        get_provider_kind(each.kind).server_of(each.settings)
        for each in list_providers(conn, workspace_id=workspace_id)
        if each.enabled and each.channel == "email"
    ]
    if not own and settings.SMTP_URL:
        own = [urlsplit(settings.SMTP_URL).hostname]
    return [host for host in own if host]

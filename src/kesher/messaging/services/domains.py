"""Domains from which a workspace writes: added, checked, signed for or not, removed."""

from __future__ import annotations

import secrets
from datetime import datetime

from psycopg.types.json import Jsonb

from kesher.kernel.db import Conn
from kesher.kernel.sealed import seal
from kesher.kernel.sql import statements_of
from kesher.messaging.domains import asking
from kesher.messaging.domains.names import clean_domain
from kesher.messaging.domains.records import names_to_ask, records_of
from kesher.messaging.domains.signing import make_key
from kesher.messaging.errors import DomainExists, DomainInvalid, DomainNotFound
from kesher.messaging.queries.domains import get_domain
from kesher.messaging.types import DomainInfo, RecordState

_sql = statements_of("kesher.messaging")

_BATCH = 50


def add_domain(conn: Conn, *, workspace_id: int, name: str, now: datetime) -> DomainInfo:
    """Take a domain in, with a new key for its signatures; DomainInvalid, DomainExists."""
    domain = clean_domain(name)
    if domain is None:
        raise DomainInvalid(name=name)
    private, public = make_key()
    values = {
        "workspace_id": workspace_id,
        "name": domain,
        # Of its own, so that two workspaces, or two installations, can sign for one domain.
        "selector": f"kesher-{secrets.token_hex(3)}",
        "public_key": public,
        "private_key": seal(private),
        "now": now,
    }
    if _sql.run(conn, "add_domain", values).fetchone() is None:
        raise DomainExists(key=domain)
    return get_domain(conn, workspace_id=workspace_id, name=domain)


def check_domain(
    conn: Conn, *, workspace_id: int, name: str, now: datetime, ask: asking.Ask | None = None
) -> DomainInfo:
    """Look at a domain's records in DNS and keep what is there; from the moment in which its key is seen, messages are
    signed with it. Nothing is written before the answers are here, so the log's readers wait for nobody."""
    domain = get_domain(conn, workspace_id=workspace_id, name=name)
    answers = asking.ask_all(names_to_ask(domain.name, domain.selector), ask or asking.ask_dns)
    public = domain.public_key
    state = records_of(domain.name, domain.selector, public, (), answers)[1].state
    values = {
        "workspace_id": workspace_id,
        "name": domain.name,
        "answers": Jsonb(answers),
        "seen": None if state is RecordState.SILENT else state is RecordState.OK,
        "now": now,
    }
    _sql.run(conn, "save_answers", values)
    return get_domain(conn, workspace_id=workspace_id, name=domain.name)


def check_stale_domains(conn: Conn, *, now: datetime, ask: asking.Ask | None = None) -> int:
    """Look again at the domains whose last look is old; how many were looked at."""
    found = _sql.run(conn, "stale_domains", {"now": now, "limit": _BATCH}).fetchall()
    for workspace_id, name in found:
        check_domain(conn, workspace_id=workspace_id, name=name, now=now, ask=ask)
    return len(found)


def switch_signing(conn: Conn, *, workspace_id: int, name: str, signing: bool) -> DomainInfo:
    """Whether Kesher signs for a domain: not where its provider does. DomainNotFound."""
    values = {"workspace_id": workspace_id, "name": name, "signing": signing}
    if _sql.run(conn, "switch_signing", values).rowcount == 0:
        raise DomainNotFound(key=name)
    return get_domain(conn, workspace_id=workspace_id, name=name)


def delete_domain(conn: Conn, *, workspace_id: int, name: str) -> None:
    """Forget a domain and its key. DomainNotFound."""
    if _sql.run(conn, "delete_domain", {"workspace_id": workspace_id, "name": name}).rowcount == 0:
        raise DomainNotFound(key=name)

"""Domains from which a workspace writes: the records to publish, a check of them, and whether Kesher signs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Path
from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Out
from kesher.messaging import queries, services
from kesher.messaging.types import DomainInfo, RecordState

routes = Routes("delivery")

Domain = Annotated[str, Path(max_length=253)]


class DnsRecord(Out):
    """A text record of a domain: `value` is what to publish (empty where it stands, or only the provider knows it),
    `found` what was last seen there, `text` what to do."""

    kind: str
    name: str
    value: str
    state: RecordState
    found: list[str]
    text: BothTexts


class DomainDetail(Out):
    """A domain with its records. `signing`: Kesher signs for it, from the moment (`dkim_seen_at`) in which its key was
    seen; `verified`: the records prove that it is the workspace's."""

    name: str
    selector: str
    signing: bool
    verified: bool
    dkim_seen_at: datetime | None
    checked_at: datetime | None
    created_at: datetime
    records: list[DnsRecord]


class NewDomain(In):
    """A domain to write from."""

    name: str = Field(max_length=253)


class DomainChange(In):
    """Whether Kesher signs for the domain: not where its provider does."""

    signing: bool


@routes.get("/domains", permission="messaging:read")
def list_domains(call: Call) -> list[DomainDetail]:
    """The domains from which the workspace writes."""
    return [
        DomainDetail.model_validate(each) for each in queries.list_domains(call.conn, workspace_id=call.workspace_id)
    ]


@routes.post("/domains", permission="messaging:providers", status=201)
def add_domain(call: Call, body: NewDomain) -> DomainDetail:
    """Take a domain in; its records say what to publish."""
    made = services.add_domain(call.conn, workspace_id=call.workspace_id, name=body.name, now=call.now)
    return _changed(call, "add_domain", made)


@routes.post("/domains/{name}/check", permission="messaging:providers")
def check_domain(call: Call, name: Domain) -> DomainDetail:
    """Look at the domain's records in DNS, for at most five seconds."""
    checked = services.check_domain(call.conn, workspace_id=call.workspace_id, name=name, now=call.now)
    return _changed(call, "check_domain", checked)


@routes.patch("/domains/{name}", permission="messaging:providers")
def change_domain(call: Call, name: Domain, body: DomainChange) -> DomainDetail:
    """Switch Kesher's signatures on or off."""
    changed = services.switch_signing(call.conn, workspace_id=call.workspace_id, name=name, signing=body.signing)
    return _changed(call, "change_domain", changed)


@routes.delete("/domains/{name}", permission="messaging:providers")
def delete_domain(call: Call, name: Domain) -> None:
    """Forget a domain and its key."""
    services.delete_domain(call.conn, workspace_id=call.workspace_id, name=name)
    call.audit("messaging.delete_domain", name)


def _changed(call: Call, action: str, domain: DomainInfo) -> DomainDetail:
    states = {record.kind: record.state for record in domain.records}
    call.audit(f"messaging.{action}", domain.name, {"signing": domain.signing, **states})
    return DomainDetail.model_validate(domain)

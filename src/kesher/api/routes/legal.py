"""The legal profile: who answers for the workspace's advertising."""

from __future__ import annotations

from pydantic import Field

from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, LocalText, Out
from kesher.consent import queries, services

routes = Routes("consent")


class LegalProfileDetail(Out):
    """The legal profile as it was filled in; `section_30a`: messages are held to Israel's section 30A."""

    name: BothTexts
    registration_number: str
    address: BothTexts
    phone: str
    email: str
    unsubscribe_way: BothTexts
    section_30a: bool


class LegalProfileValues(In):
    """What is to be set; what is left out is taken from the brand kit, where it has it."""

    name: LocalText | None = None
    registration_number: str | None = Field(None, max_length=500)
    address: LocalText | None = None
    phone: str | None = Field(None, max_length=500)
    email: str | None = Field(None, max_length=320)
    unsubscribe_way: LocalText | None = None
    section_30a: bool | None = None


@routes.get("/legal-profile", permission="consent:read")
def get_legal_profile(call: Call) -> LegalProfileDetail:
    """Who answers for the workspace's messages by law."""
    found = queries.get_legal_profile(call.conn, workspace_id=call.workspace_id)
    return LegalProfileDetail.model_validate(found)


@routes.put("/legal-profile", permission="accounts:write")
def save_legal_profile(call: Call, body: LegalProfileValues) -> LegalProfileDetail:
    """Replace the legal profile; footers and checks follow it from the next message on."""
    values = body.model_dump(exclude_none=True)
    services.save_legal_profile(workspace_id=call.workspace_id, values=values, now=call.now)
    call.audit("consent.save_legal_profile", "legal-profile", values)
    return get_legal_profile(call)

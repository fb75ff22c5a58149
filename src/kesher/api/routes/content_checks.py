"""A message before it is used: what to look at, how it looks to a person, and a test of it to a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from kesher.accounts import queries as accounts
from kesher.api.errors import RequestInvalid
from kesher.api.paging import BIGGEST
from kesher.api.routes.content import PreviewRequest, RenderedMessage, VariantText
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Out, PathId
from kesher.content import queries
from kesher.content.types import MAX_VARIANTS, Circumstances, Finding, Severity, VariantSource
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging
from kesher.messaging import services as messages
from kesher.profiles import queries as profiles

routes = Routes("content")

_RESERVED = ("email", "phone", "language", "timezone")
_LINKS = {"unsubscribe": "#unsubscribe", "preferences": "#preferences"}
_NO_RECIPIENT = Text(en="Say to which member the test goes.", he="יש לציין לאיזה חבר נשלחת הבדיקה.")


class MessageToCheck(In):
    """A message in all its languages; `marketing` messages are held to the law's demands."""

    fallback_language: str = Field(max_length=35)
    variants: list[VariantText] = Field(min_length=1, max_length=MAX_VARIANTS)
    marketing: bool = True


class FindingDetail(Out):
    """One thing to look at: how grave, of which kind, where, and what to do."""

    severity: Severity
    code: str
    place: str
    text: BothTexts
    line: int | None


class MessageChecked(Out):
    """What to look at before the message is used; `sendable` when nothing of it is an error."""

    sendable: bool
    findings: list[FindingDetail]


class TemplateTest(PreviewRequest):
    """A variant to be sent to a colleague, as a person would get it or with the `variables` given. `recipient` is the
    address of a member who has accepted her invitation; one's own when left out."""

    profile_id: int | None = Field(None, ge=1, le=BIGGEST)
    recipient: str | None = Field(None, max_length=254)


class TemplateTestSent(Out):
    """The test that the mail server took; `captured` when it lies in the installation's own mailbox."""

    recipient: str
    subject: str
    captured: bool


@routes.ask("/template-check", permission="content:read")
def check_template(call: Call, body: MessageToCheck) -> MessageChecked:
    """Links, images, size, law, languages, names and tone of a message, without saving it or calling anybody."""
    return look_at(call, [each.as_source() for each in body.variants], body.fallback_language, marketing=body.marketing)


def look_at(call: Call, variants: Sequence[VariantSource], fallback: str, *, marketing: bool) -> MessageChecked:
    """What is to be said of a message in this workspace before it is used."""
    traits = profiles.list_traits(call.conn, workspace_id=call.workspace_id)
    brand = queries.get_brand_kit(call.conn, call.workspace_id)
    around = Circumstances(
        brand=brand,
        marketing=marketing,
        names={"customer": [*_RESERVED, *(trait.name for trait in traits)], "brand": list(brand.variables("en"))},
        languages=[accounts.get_workspace(call.workspace_id).default_language],
    )
    found = queries.check_message(variants, fallback, around)
    return MessageChecked(
        sendable=all(each.severity is not Severity.ERROR for each in found),
        findings=[_shown(each) for each in found],
    )


def _shown(found: Finding) -> FindingDetail:
    text = BothTexts(en=found.text.render("en"), he=found.text.render("he"))
    return FindingDetail(severity=found.severity, code=found.code, place=found.place, text=text, line=found.line)


@routes.ask("/profiles/{profile_id}/template-preview", permission="profiles:read")
def preview_template_for_person(call: Call, profile_id: PathId, body: PreviewRequest) -> RenderedMessage:
    """A variant as it would look to a person; `variables` add what an event or a run would bring."""
    variables = _as_person(call, profile_id, body)
    return RenderedMessage.model_validate(queries.preview(body.variant.as_source(), variables, missing=body.missing))


@routes.post("/template-test", permission="messaging:send")
def send_template_test(call: Call, body: TemplateTest) -> TemplateTestSent:
    """Send a variant to a member of the workspace at once, marked as a test, by the workspace's own mail server. It is
    in no ledger: no report and no cap counts it. At most 60 an hour."""
    recipient = body.recipient or (call.actor.name if call.actor.user_id is not None else None)
    if recipient is None:
        raise RequestInvalid(problems=(Problem("recipient", _NO_RECIPIENT),))
    if body.profile_id is not None:
        call.actor.require("profiles:read")
        variables = _as_person(call, body.profile_id, body)
    else:
        variables = {**_around(call, body), "customer": {}, **body.variables}
    sent = messages.send_test(
        call.conn,
        workspace_id=call.workspace_id,
        source=body.variant.as_source(),
        variables=variables,
        missing=body.missing,
        recipient=recipient,
        now=call.now,
    )
    call.audit("messaging.send_test", sent.recipient, {"subject": sent.subject, "profile_id": body.profile_id})
    return TemplateTestSent.model_validate(sent)


def _as_person(call: Call, profile_id: int, body: PreviewRequest) -> dict[str, Any]:
    """What a template sees of a person; what the request brings stands in for an event or a run."""
    person = profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    own = {name: getattr(person, name) for name in _RESERVED}
    return {
        **_around(call, body),
        **messaging.load_object_variables(call.conn, profile_id),
        **body.variables,
        "customer": {**person.traits, **{name: value for name, value in own.items() if value is not None}},
    }


def _around(call: Call, body: PreviewRequest) -> dict[str, Any]:
    brand = queries.get_brand_kit(call.conn, call.workspace_id)
    language = body.variant.as_source().language
    return {"event": {}, "run": {}, "links": _LINKS, "brand": brand.variables(language)}

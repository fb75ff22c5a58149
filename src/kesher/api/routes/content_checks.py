"""A message before it is used: what to look at, and how it looks to a person."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from kesher.accounts import queries as accounts
from kesher.api.routes.content import PreviewRequest, RenderedMessage, VariantText
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, Out, PathId
from kesher.content import queries
from kesher.content.types import MAX_VARIANTS, Circumstances, Finding, Severity
from kesher.messaging import queries as messaging
from kesher.profiles import queries as profiles

routes = Routes("content")

_ISRAEL = ("Asia/Jerusalem", "Asia/Tel_Aviv", "Israel")
_RESERVED = ("email", "phone", "language", "timezone")
_LINKS = {"unsubscribe": "#unsubscribe", "preferences": "#preferences"}


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


@routes.ask("/template-check", permission="content:read")
def check_template(call: Call, body: MessageToCheck) -> MessageChecked:
    """Links, images, size, law, languages, names and tone of a message, without saving it or calling anybody."""
    workspace = accounts.get_workspace(call.workspace_id)
    traits = profiles.list_traits(call.conn, workspace_id=call.workspace_id)
    brand = queries.get_brand_kit(call.conn, call.workspace_id)
    around = Circumstances(
        brand=brand,
        marketing=body.marketing,
        israeli=workspace.timezone in _ISRAEL,
        names={"customer": [*_RESERVED, *(trait.name for trait in traits)], "brand": list(brand.variables("en"))},
        languages=[workspace.default_language],
    )
    found = queries.check_message([each.as_source() for each in body.variants], body.fallback_language, around)
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
    person = profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    source = body.variant.as_source()
    own = {name: getattr(person, name) for name in _RESERVED}
    variables: dict[str, Any] = {
        "event": {},
        "run": {},
        "links": _LINKS,
        "brand": queries.get_brand_kit(call.conn, call.workspace_id).variables(source.language),
        **messaging.load_object_variables(call.conn, profile_id),
        **body.variables,
        "customer": {**person.traits, **{name: value for name, value in own.items() if value is not None}},
    }
    return RenderedMessage.model_validate(queries.preview(source, variables, missing=body.missing))

"""Templates, their versions and previews, and the brand kit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from kesher.api.paging import Cursor, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Key, LocalText, Out, PathKey
from kesher.content import queries, services
from kesher.content.types import MAX_BODY, MAX_SUBJECT, MAX_VARIANTS, BodyFormat, Missing, Template, VariantSource

routes = Routes("content")


class VariantText(In):
    """A message in one language, as its author writes it; an empty `text` is made from the body."""

    language: str = Field(max_length=35)
    subject: str = Field(max_length=MAX_SUBJECT)
    preheader: str = Field("", max_length=MAX_SUBJECT)
    body_format: BodyFormat = BodyFormat.MJML
    body: str = Field(max_length=MAX_BODY)
    text: str = Field("", max_length=MAX_BODY)

    def as_source(self) -> VariantSource:
        """The variant for the room."""
        return VariantSource(**self.model_dump(mode="json"))


class VariantDetail(Out):
    """A variant as it was written."""

    language: str
    subject: str
    preheader: str
    body_format: BodyFormat
    body: str
    text: str


class TemplateRow(Out):
    """A template in a list."""

    id: int
    key: str
    name: BothTexts
    channel: str
    version_number: int
    languages: list[str]
    subjects: dict[str, str]
    created_at: datetime
    archived_at: datetime | None


class TemplateVersionDetail(Out):
    """One published state of a template."""

    id: int
    number: int
    fallback_language: str
    missing: Missing
    created_at: datetime
    variants: list[VariantDetail]


class TemplateDetail(Out):
    """A template with its current version."""

    id: int
    key: str
    name: BothTexts
    channel: str
    created_at: datetime
    archived_at: datetime | None
    version: TemplateVersionDetail


class TemplateContent(In):
    """The content of a template's next version."""

    name: LocalText
    fallback_language: str = Field(max_length=35)
    missing: Missing = Missing.DEFAULT
    variants: list[VariantText] = Field(min_length=1, max_length=MAX_VARIANTS)


class PreviewRequest(In):
    """A variant and the values with which to fill it; `brand` is the workspace's unless given."""

    variant: VariantText
    missing: Missing = Missing.DEFAULT
    variables: JsonObject = Field(default_factory=dict, max_length=100)


class RenderedMessage(Out):
    """A message as it would look."""

    subject: str
    html: str
    text: str
    language: str


class BrandKitDetail(Out):
    """The workspace's face, complete: what is not set is taken from the workspace."""

    name: BothTexts
    sender_name: BothTexts
    sender_email: str
    reply_to: str
    address: BothTexts
    phone: str
    website_url: str
    logo_url: str
    timezone: str
    colors: dict[str, str]
    font: str


class BrandKitValues(In):
    """What is to be set; all that is left out falls back to the workspace's own."""

    name: LocalText | None = None
    sender_name: LocalText | None = None
    sender_email: str | None = Field(None, max_length=320)
    reply_to: str | None = Field(None, max_length=320)
    address: LocalText | None = None
    phone: str | None = Field(None, max_length=500)
    website_url: str | None = Field(None, max_length=500)
    logo_url: str | None = Field(None, max_length=500)
    colors: dict[str, str] | None = Field(None, max_length=50)
    font: str | None = Field(None, max_length=500)


@routes.get("/templates", permission="content:read")
def list_templates(
    call: Call, archived: Annotated[bool, Query(False)] = False, cursor: Cursor = None, limit: Limit = 50
) -> Page[TemplateRow]:
    """The templates by key."""
    after = decode_cursor(cursor, tuple[str])
    rows = queries.list_templates(
        workspace_id=call.workspace_id,
        with_archived=archived,
        after_key=after[0] if after else "",
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.key,), show=TemplateRow.model_validate)


@routes.get("/templates/{key}", permission="content:read")
def get_template(
    call: Call, key: PathKey, number: Annotated[int | None, Query(None, ge=1, le=2**31 - 1)]
) -> TemplateDetail:
    """A template with its current version, or with the one of `number`."""
    return _detail(queries.get_template(workspace_id=call.workspace_id, key=key, number=number))


@routes.get("/templates/{key}/versions", permission="content:read")
def list_template_versions(call: Call, key: PathKey) -> list[TemplateVersionDetail]:
    """All versions of a template, the newest first."""
    queries.get_template(workspace_id=call.workspace_id, key=key)
    rows = queries.list_versions(workspace_id=call.workspace_id, key=key)
    return [TemplateVersionDetail.model_validate(row) for row in rows]


@routes.put("/templates/{key}", permission="content:write")
def save_template(call: Call, key: Key, body: TemplateContent) -> TemplateDetail:
    """Save a template's next version; what is reserved already keeps the version that it has."""
    saved = services.save_template(
        workspace_id=call.workspace_id,
        key=key,
        name=body.name.as_text(),
        variants=[variant.as_source() for variant in body.variants],
        fallback_language=body.fallback_language,
        missing=body.missing,
        now=call.now,
    )
    call.audit("content.save_template", key, {"version": saved.version.number, "name": saved.name.as_dict()})
    return _detail(saved)


@routes.delete("/templates/{key}", permission="content:write")
def archive_template(call: Call, key: PathKey) -> None:
    """Take a template out of the lists; what refers to it goes on working."""
    services.archive_template(workspace_id=call.workspace_id, key=key, now=call.now)
    call.audit("content.archive_template", key)


@routes.ask("/template-preview", permission="content:read")
def preview_template(call: Call, body: PreviewRequest) -> RenderedMessage:
    """A variant as it would look, without saving it; links stay untracked."""
    source = body.variant.as_source()
    brand = queries.get_brand_kit(call.conn, call.workspace_id).variables(source.language)
    variables: dict[str, Any] = {"brand": brand, **body.variables}
    return RenderedMessage.model_validate(queries.preview(source, variables, missing=body.missing))


@routes.get("/brand-kit", permission="content:read")
def get_brand_kit(call: Call) -> BrandKitDetail:
    """The workspace's face, as templates see it."""
    return BrandKitDetail.model_validate(queries.get_brand_kit(call.conn, call.workspace_id))


@routes.put("/brand-kit", permission="content:write")
def save_brand_kit(call: Call, body: BrandKitValues) -> BrandKitDetail:
    """Replace the values of the brand kit."""
    values = body.model_dump(exclude_none=True)
    services.save_brand_kit(workspace_id=call.workspace_id, values=values, now=call.now)
    call.audit("content.save_brand_kit", "brand-kit", values)
    return BrandKitDetail.model_validate(queries.get_brand_kit(call.conn, call.workspace_id))


def _detail(template: Template) -> TemplateDetail:
    return TemplateDetail.model_validate(template)

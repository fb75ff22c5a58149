"""Reads of the room."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from kesher.content import models
from kesher.content.brand import brand_from
from kesher.content.checking import check_message
from kesher.content.compiling.liquid_check import check_liquid
from kesher.content.compiling.variant import check_variant, compile_variant
from kesher.content.errors import ImageNotFound, TemplateInvalid, TemplateNotFound
from kesher.content.rendering import CompiledTemplate, compile_template
from kesher.content.texts import render_json, render_text
from kesher.content.types import (
    BrandKit,
    ImageContent,
    ImageInfo,
    Missing,
    Rendered,
    Template,
    TemplateSummary,
    TemplateVersion,
    VariantSource,
)
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text, base_language

__all__ = [
    "CompiledTemplate",
    "check_message",
    "check_text",
    "forget_compiled",
    "get_brand_kit",
    "get_compiled",
    "get_image",
    "get_image_content",
    "get_template",
    "list_images",
    "list_template_keys",
    "list_templates",
    "list_versions",
    "list_without_way_out",
    "preview",
    "render_json",
    "render_text",
]

_sql = statements_of(__package__)

# A 20 kB template with two languages takes about 200 kB parsed: at most 50 MB a process.
_CACHED_VERSIONS = 256
_compiled: dict[int, CompiledTemplate] = {}
_compiled_lock = Lock()


def get_compiled(conn: Conn, version_id: int) -> CompiledTemplate:
    """A version ready to be rendered, kept by this process, since versions never change; TemplateNotFound."""
    found = _compiled.get(version_id) or _load_compiled(conn, version_id)
    with _compiled_lock:
        # Last in the dictionary is the most recently used; the first makes room.
        _compiled.pop(version_id, None)
        _compiled[version_id] = found
        if len(_compiled) > _CACHED_VERSIONS:
            del _compiled[next(iter(_compiled))]
    return found


def forget_compiled() -> None:
    """Empty this process's cache of versions; for tests, in which ids begin again."""
    _compiled.clear()


def _load_compiled(conn: Conn, version_id: int) -> CompiledTemplate:
    row = _sql.run(conn, "compiled_version", {"version_id": version_id}).fetchone()
    if row is None:
        raise TemplateNotFound(key=version_id)
    workspace_id, key, fallback, missing, variants = row
    return compile_template(version_id, workspace_id, key, fallback, Missing(missing), variants)


def get_brand_kit(conn: Conn, workspace_id: int) -> BrandKit:
    """The workspace's face, complete: what is not set is taken from the workspace itself."""
    row = _sql.run(conn, "brand_kit", {"workspace_id": workspace_id}).fetchone()
    if row is None:
        raise TemplateNotFound(key=workspace_id)
    return brand_from(*row)


def list_template_keys(conn: Conn, workspace_id: int) -> list[str]:
    """The keys of the workspace's templates, archived ones too."""
    return [row[0] for row in _sql.run(conn, "template_keys", {"workspace_id": workspace_id})]


def list_templates(
    *, workspace_id: int, with_archived: bool = False, after_key: str = "", limit: int = 100
) -> list[TemplateSummary]:
    """The templates of a workspace by key, from the one after `after_key`."""
    rows = _sql.run(
        request_connection(),
        "template_summaries",
        {"workspace_id": workspace_id, "with_archived": with_archived, "after_key": after_key, "limit": limit},
    )
    return [
        TemplateSummary(
            id=row[0],
            key=row[1],
            name=Text.from_dict(row[2]),
            channel=row[3],
            current_version_id=row[4],
            version_number=row[5],
            languages=tuple(row[6]),
            subjects=row[6],
            created_at=row[7],
            archived_at=row[8],
        )
        for row in rows
    ]


def get_template(*, workspace_id: int, key: str, number: int | None = None) -> Template:
    """A template with its current version, or the one of `number`; TemplateNotFound."""
    template = models.Template.objects.filter(workspace_id=workspace_id, key=key).first()
    if template is None:
        raise TemplateNotFound(key=key)
    versions = template.versions.prefetch_related("variants")
    wanted = {"pk": template.current_version_id} if number is None else {"number": number}
    version = versions.filter(**wanted).first()
    if version is None:
        raise TemplateNotFound(key=f"{key} ({number})")
    return Template(
        id=template.pk,
        workspace_id=template.workspace_id,
        key=template.key,
        name=Text.from_dict(template.name),
        channel=template.channel,
        created_at=template.created_at,
        archived_at=template.archived_at,
        version=_version(version),
    )


def list_versions(*, workspace_id: int, key: str) -> list[TemplateVersion]:
    """The versions of a template, newest first."""
    versions = models.TemplateVersion.objects.filter(template__workspace_id=workspace_id, template__key=key)
    return [_version(version) for version in versions.order_by("-number").prefetch_related("variants")]


def _version(version: models.TemplateVersion) -> TemplateVersion:
    variants = sorted(version.variants.all(), key=lambda variant: variant.language)
    return TemplateVersion(
        id=version.pk,
        number=version.number,
        fallback_language=version.fallback_language,
        missing=Missing(version.missing),
        created_at=version.created_at,
        variants=tuple(
            VariantSource(
                language=variant.language,
                subject=variant.subject,
                body=variant.body,
                body_format=variant.body_format,
                preheader=variant.preheader,
                text=variant.text,
            )
            for variant in variants
        ),
    )


def list_without_way_out(conn: Conn, version_id: int) -> list[str]:
    """The languages of a version in which a reader finds no link to leave by."""
    return [row[0] for row in _sql.run(conn, "without_way_out", {"version_id": version_id})]


def check_text(source: str, path: str) -> list[Problem]:
    """What is wrong with the Liquid of a single text, for `render_text`."""
    return check_liquid(source, path)


def preview(
    source: VariantSource, variables: Mapping[str, Any], *, missing: Missing | str = Missing.DEFAULT
) -> Rendered:
    """A variant as it would look, unsaved and untracked; TemplateInvalid, MissingValue, RenderFailed."""
    found = check_variant(source, "variant")
    if found:
        raise TemplateInvalid(problems=tuple(found))
    compiled = compile_variant(source)
    language = base_language(source.language)
    variant = (language, compiled.subject, compiled.html, compiled.text, compiled.links)
    template = compile_template(0, 0, "preview", language, Missing(missing), [variant])
    return template.render(language, variables, link=lambda url: url)


def list_images(*, workspace_id: int, before: int | None = None, limit: int = 50) -> list[ImageInfo]:
    """The workspace's pictures with an id below `before`, the newest first."""
    rows = models.Image.objects.filter(workspace_id=workspace_id, archived_at=None).defer("content")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_image(row) for row in rows.order_by("-pk")[:limit]]


def get_image(*, workspace_id: int, image_id: int) -> ImageInfo:
    """One picture; ImageNotFound."""
    rows = models.Image.objects.filter(workspace_id=workspace_id, pk=image_id, archived_at=None)
    row = rows.defer("content").first()
    if row is None:
        raise ImageNotFound(key=image_id)
    return _image(row)


def get_image_content(token: str) -> ImageContent:
    """The picture of a public address, archived or not; ImageNotFound."""
    row = models.Image.objects.filter(token=token).only("media_type", "content", "digest").first()
    if row is None:
        raise ImageNotFound(key=token)
    return ImageContent(row.media_type, bytes(row.content), row.digest)


def _image(row: models.Image) -> ImageInfo:
    return ImageInfo(
        id=row.pk,
        path=f"/i/{row.token}",
        name=row.name,
        alt=Text.from_dict(row.alt) if row.alt else Text("", ""),
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        size_bytes=row.size_bytes,
        created_at=row.created_at,
    )

"""Writes of the room. The caller records the audit entry."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Sum

from kesher.content import models, queries
from kesher.content.brand import check_brand
from kesher.content.compiling import problems
from kesher.content.compiling.problems import filled
from kesher.content.compiling.variant import check_variant, compile_variant
from kesher.content.errors import BrandKitInvalid, ImageNotFound, ImagesFull, TemplateInvalid, TemplateNotFound
from kesher.content.images import Picture, read_picture
from kesher.content.liquid.filters import supports
from kesher.content.types import MAX_VARIANTS, ImageInfo, Missing, Template, TemplateVersion, VariantSource
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text, base_language

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MOST_BYTES = 500 * 1024 * 1024
"""Of all images of a workspace together."""


def save_template(
    *,
    workspace_id: int,
    key: str,
    name: Text | Mapping[str, str] | str,
    variants: Sequence[VariantSource],
    fallback_language: str,
    missing: Missing | str = Missing.DEFAULT,
    channel: str = "email",
    now: datetime,
) -> Template:
    """Save a template's content as its new current version, compiled; TemplateInvalid names every mistake.

    Messages already reserved keep the version they were reserved with. Saving what is already there makes no version.
    """
    found = [*_check_frame(key, variants, fallback_language, missing)]
    for source in variants:
        found += check_variant(source, f"variants.{source.language}")
    if found:
        raise TemplateInvalid(problems=tuple(found))
    shown = name if isinstance(name, Text) else Text.from_dict(name)
    with transaction.atomic():
        template = _lock_template(workspace_id, key, shown, channel, now)
        wanted = tuple(sorted(map(_normal, variants), key=lambda source: source.language))
        if not _is_current(template, wanted, base_language(fallback_language), Missing(missing)):
            _add_version(template, wanted, base_language(fallback_language), Missing(missing), now)
    return queries.get_template(workspace_id=workspace_id, key=key)


def archive_template(*, workspace_id: int, key: str, now: datetime) -> None:
    """Take a template out of the lists; what refers to it goes on working. Saving it again brings it back."""
    changed = models.Template.objects.filter(workspace_id=workspace_id, key=key).update(archived_at=now)
    if not changed:
        raise TemplateNotFound(key=key)


def save_brand_kit(*, workspace_id: int, values: Mapping[str, Any], now: datetime) -> None:
    """Replace the values of a workspace's brand kit; BrandKitInvalid names every mistake."""
    found = check_brand(values)
    if found:
        raise BrandKitInvalid(problems=tuple(found))
    models.BrandKit.objects.update_or_create(
        workspace_id=workspace_id, defaults={"values": dict(values), "updated_at": now}
    )


def add_image(*, workspace_id: int, name: str, content: bytes, now: datetime) -> ImageInfo:
    """Keep a picture for messages; one that is there already stays under its address, and comes back to the list.

    ImageInvalid, ImageTooLarge, ImagesFull.
    """
    picture = read_picture(content)
    digest = sha256(picture.content).hexdigest()
    kept = models.Image.objects.filter(workspace_id=workspace_id).defer("content")
    row = kept.filter(digest=digest).first()
    if row is None:
        used = kept.aggregate(total=Sum("size_bytes"))["total"] or 0
        if used + len(picture.content) > _MOST_BYTES:
            raise ImagesFull(limit=f"{_MOST_BYTES // 1024 // 1024} MB")
        row = _insert_image(workspace_id, name, picture, digest, now)
    elif row.archived_at is not None:
        row.archived_at = None
        row.save(update_fields=["archived_at"])
    return queries.get_image(workspace_id=workspace_id, image_id=row.pk)


def describe_image(*, workspace_id: int, image_id: int, alt: Text) -> ImageInfo:
    """Say what a picture shows, for those who do not see it; ImageNotFound."""
    rows = models.Image.objects.filter(workspace_id=workspace_id, pk=image_id, archived_at=None)
    if not rows.update(alt=alt.as_dict()):
        raise ImageNotFound(key=image_id)
    return queries.get_image(workspace_id=workspace_id, image_id=image_id)


def archive_image(*, workspace_id: int, image_id: int, now: datetime) -> None:
    """Take a picture out of the list; messages that show it go on showing it. ImageNotFound."""
    rows = models.Image.objects.filter(workspace_id=workspace_id, pk=image_id, archived_at=None)
    if not rows.update(archived_at=now):
        raise ImageNotFound(key=image_id)


def _insert_image(workspace_id: int, name: str, picture: Picture, digest: str, now: datetime) -> models.Image:
    # get_or_create: of two who send the same picture at once, the second finds the first one's.
    row, _ = models.Image.objects.get_or_create(
        workspace_id=workspace_id,
        digest=digest,
        defaults={
            # 128 bits: the address is public, and all that keeps a stranger from finding it.
            "token": f"{secrets.token_urlsafe(16)}.{picture.ending}",
            "name": name[:200],
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "size_bytes": len(picture.content),
            "content": picture.content,
            "created_at": now,
        },
    )
    return row


def _check_frame(
    key: str, variants: Sequence[VariantSource], fallback_language: str, missing: Missing | str
) -> Iterator[Problem]:
    if not _KEY.fullmatch(key):
        yield Problem("key", problems.KEY)
    if missing not in set(Missing):
        yield Problem("missing", problems.UNKNOWN_MISSING)
    if not variants:
        yield Problem("variants", problems.NO_VARIANTS)
    if len(variants) > MAX_VARIANTS:
        yield Problem("variants", filled(problems.TOO_MANY_VARIANTS, limit=MAX_VARIANTS))
    seen: set[str] = set()
    for source in variants:
        language = base_language(source.language)
        if not _LANGUAGE.fullmatch(language) or not supports(language):
            yield Problem(f"variants.{source.language}", filled(problems.UNKNOWN_LANGUAGE, language=source.language))
        elif language in seen:
            yield Problem(f"variants.{source.language}", filled(problems.REPEATED_LANGUAGE, language=language))
        seen.add(language)
    if variants and base_language(fallback_language) not in seen:
        yield Problem("fallback_language", filled(problems.NO_FALLBACK, language=fallback_language))


def _normal(source: VariantSource) -> VariantSource:
    """The source as it is kept: its language without a region, its other fields as written."""
    return VariantSource(
        language=base_language(source.language),
        subject=source.subject,
        body=source.body,
        body_format=str(source.body_format),
        preheader=source.preheader,
        text=source.text,
    )


def _lock_template(workspace_id: int, key: str, name: Text, channel: str, now: datetime) -> models.Template:
    # The row lock makes two savers of one template wait for each other, so that version numbers have no gaps.
    template, _ = models.Template.objects.select_for_update().get_or_create(
        workspace_id=workspace_id,
        key=key,
        defaults={"name": name.as_dict(), "channel": channel, "created_at": now},
    )
    template.name = name.as_dict()
    template.archived_at = None
    template.save(update_fields=["name", "archived_at"])
    return template


def _is_current(
    template: models.Template, variants: tuple[VariantSource, ...], fallback_language: str, missing: Missing
) -> bool:
    if template.current_version_id is None:
        return False
    current: TemplateVersion = queries.get_template(workspace_id=template.workspace_id, key=template.key).version
    return (current.variants, current.fallback_language, current.missing) == (variants, fallback_language, missing)


def _add_version(
    template: models.Template,
    variants: tuple[VariantSource, ...],
    fallback_language: str,
    missing: Missing,
    now: datetime,
) -> None:
    last = template.versions.order_by("-number").first()
    version = template.versions.create(
        workspace_id=template.workspace_id,
        number=1 if last is None else last.number + 1,
        fallback_language=fallback_language,
        missing=missing,
        created_at=now,
    )
    for source in variants:
        compiled = compile_variant(source)
        version.variants.create(
            language=source.language,
            subject=source.subject,
            preheader=source.preheader,
            body_format=source.body_format,
            body=source.body,
            text=source.text,
            compiled_html=compiled.html,
            compiled_text=compiled.text,
            links=list(compiled.links),
        )
    template.current_version_id = version.pk
    template.save(update_fields=["current_version_id"])

"""The pictures of messages: sent, described, listed, and taken out of the list."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from ninja import File
from ninja.files import UploadedFile

from kesher.api.paging import Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, LocalText, Out, PathId
from kesher.content import queries, services
from kesher.content.errors import ImageTooLarge
from kesher.content.types import MOST_IMAGE_BYTES, ImageInfo

routes = Routes("content")


class ImageDetail(Out):
    """A picture: `url` is public and not to be guessed, `alt` is what those read who do not see it."""

    id: int
    url: str
    name: str
    alt: BothTexts
    media_type: str
    width: int
    height: int
    size_bytes: int
    created_at: datetime


class ImageDescription(In):
    """What the picture shows."""

    alt: LocalText


@routes.post("/images", permission="content:write", status=201)
def upload_image(call: Call, file: File[UploadedFile]) -> ImageDetail:
    """Send a PNG, JPEG, GIF or WebP of at most 3 MB as `file`; the same picture keeps its address."""
    if (file.size or 0) > MOST_IMAGE_BYTES:
        raise ImageTooLarge(limit="3 MB")
    image = services.add_image(workspace_id=call.workspace_id, name=file.name or "", content=file.read(), now=call.now)
    call.audit("content.upload_image", image.id, {"name": image.name, "size_bytes": image.size_bytes})
    return _detail(image)


@routes.get("/images", permission="content:read")
def list_images(call: Call, cursor: Cursor = None, limit: Limit = 50) -> Page[ImageDetail]:
    """The workspace's pictures, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_images(workspace_id=call.workspace_id, before=after[0] if after else None, limit=limit + 1)
    return page_of(rows, limit, key=lambda row: (row.id,), show=_detail)


@routes.patch("/images/{image_id}", permission="content:write")
def describe_image(call: Call, image_id: PathId, body: ImageDescription) -> ImageDetail:
    """Say what a picture shows; messages that are being written take it from here."""
    image = services.describe_image(workspace_id=call.workspace_id, image_id=image_id, alt=body.alt.as_text())
    call.audit("content.describe_image", image_id, {"alt": image.alt.as_dict()})
    return _detail(image)


@routes.delete("/images/{image_id}", permission="content:write")
def archive_image(call: Call, image_id: PathId) -> None:
    """Take a picture out of the list; messages that show it go on showing it."""
    services.archive_image(workspace_id=call.workspace_id, image_id=image_id, now=call.now)
    call.audit("content.archive_image", image_id)


def _detail(image: ImageInfo) -> ImageDetail:
    shown = {name: getattr(image, name) for name in ImageDetail.model_fields if name not in ("url", "alt")}
    alt = BothTexts(en=image.alt.en, he=image.alt.he)
    return ImageDetail(**shown, alt=alt, url=f"{settings.BASE_URL}{image.path}")

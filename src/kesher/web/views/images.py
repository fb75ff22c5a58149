"""The pictures of messages, for whoever has the message: mail programs fetch them without signing in."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kesher.content import queries as content
from kesher.content.errors import ImageNotFound
from kesher.content.types import ImageContent

_FOREVER = "public, max-age=31536000, immutable"
_KEPT = 32
"""Pictures that a process keeps: a mailing's few are asked for by everybody at once. At most 100 MB."""


@require_safe
def show_image(request: HttpRequest, token: str) -> HttpResponse:
    """A picture under its unguessable address; it never changes, so everybody may keep it for ever."""
    try:
        image = _content_of(token)
    except ImageNotFound:
        return HttpResponse(status=404)
    etag = f'"{image.digest}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(image.content, content_type=image.media_type)
    response["ETag"] = etag
    response["Cache-Control"] = _FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@lru_cache(maxsize=_KEPT)
def _content_of(token: str) -> ImageContent:
    return content.get_image_content(token)

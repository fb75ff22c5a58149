"""Static files of every installed app, served by the web process itself and kept by browsers for ever.

An address carries the hash of its content (`/static/web/kesher.css?v=1f0c…`), so that a new release is fetched at once
and an old one never again. No collecting step, no further server, no dependency.
"""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_FOREVER = "public, max-age=31536000, immutable"


def asset_url(name: str) -> str:
    """The address of a static file (`web/kesher.css`); FileNotFoundError when no app has it."""
    file = _find(name)
    if file is None:
        raise FileNotFoundError(name)
    return f"/static/{name}?v={_hash(file, file.stat().st_mtime_ns)}"


@require_safe
def serve_asset(request: HttpRequest, name: str) -> HttpResponse:
    """A static file; for ever when its hash is asked for, otherwise to be checked again by its ETag."""
    file = _find(name)
    if file is None:
        return HttpResponse(status=404)
    version = _hash(file, file.stat().st_mtime_ns)
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(file.read_bytes(), content_type=content_type(name))
    response["ETag"] = etag
    response["Cache-Control"] = _FOREVER if request.GET.get("v") == version else "no-cache"
    return response


def _find(name: str) -> Path | None:
    try:
        found = finders.find(name)
    except (SuspiciousFileOperation, ValueError):
        # A name that leads out of the static folders, or is no name at all.
        return None
    return Path(found) if found and Path(found).is_file() else None


@lru_cache(maxsize=512)
def _hash(file: Path, modified: int) -> str:
    return sha256(file.read_bytes()).hexdigest()[:16]


def content_type(name: str) -> str:
    """What a file is by its name; text is UTF-8."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("javascript", "svg+xml")) else kind

"""The web app: one page under a strict policy, and its files, which browsers keep for ever.

Vite builds it into the folder `app` of this room (deploy/build-web.sh): index.html, and assets whose names carry the
hash of their content, each with its .br and .gz beside it. Nothing is read twice while the files stay as they are.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kesher.web.assets import content_type
from kesher.web.pages import render_page

FOLDER = Path(__file__).resolve().parent.parent / "app"
_FOREVER = "public, max-age=31536000, immutable"
_NONCE_PLACE = "NONCE-OF-THIS-PAGE"  # web/vite.config.ts writes it
_NAME = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
_ENCODINGS = {"br": ".br", "gzip": ".gz"}

# Scripts are ours alone. Style elements need the page's nonce; style attributes cannot run anything and are what charts
# and the canvas place their parts with. Pictures may come from anywhere over TLS: a shop's products are on the shop.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob: https:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# The canvas of the e-mail editor, in a frame of the app: what is drawn there brings style elements of its own, which
# no nonce can reach. Only they are allowed more; scripts are ours alone as everywhere, and nothing else may be asked.
DESIGN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_safe
def show_app(request: HttpRequest, path: str = "") -> HttpResponse:
    """The app's one page, whatever its address inside the app: the app itself knows its screens."""
    return _show_page(request, "index.html", POLICY)


@require_safe
@xframe_options_sameorigin
def show_design(request: HttpRequest) -> HttpResponse:
    """The canvas of the e-mail editor: a page of its own for the app's frame, since its policy allows more styles."""
    return _show_page(request, "design.html", DESIGN_POLICY)


def _show_page(request: HttpRequest, name: str, policy: str) -> HttpResponse:
    file = FOLDER / name
    if not file.is_file():
        return render_page(request, "web/app_missing.html", status=503)
    nonce = secrets.token_urlsafe(18)
    response = HttpResponse(_page(file, file.stat().st_mtime_ns).replace(_NONCE_PLACE, nonce))
    response["Content-Security-Policy"] = policy.format(nonce=nonce)
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def serve_app_file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the app, in the smallest form that the browser takes; 404 for a name that was not built."""
    file = FOLDER / "assets" / name
    if not _NAME.fullmatch(name) or not file.is_file():
        return HttpResponse(status=404)
    encoding = _encoding(request, file)
    chosen = file.with_name(name + _ENCODINGS[encoding]) if encoding else file
    response = HttpResponse(_bytes(chosen, chosen.stat().st_mtime_ns), content_type=content_type(name))
    if encoding:
        response["Content-Encoding"] = encoding
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = _FOREVER
    return response


def _encoding(request: HttpRequest, file: Path) -> str | None:
    accepted = {part.split(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
    kept = (name for name, ending in _ENCODINGS.items() if file.with_name(file.name + ending).is_file())
    return next((name for name in kept if name in accepted), None)


@lru_cache(maxsize=2)
def _page(file: Path, modified: int) -> str:
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _bytes(file: Path, modified: int) -> bytes:
    return file.read_bytes()

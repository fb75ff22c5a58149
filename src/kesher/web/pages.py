"""How every public page is answered: language, direction, and headers that leave a script no way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request

from kesher.kernel.text import LANGUAGES, base_language, direction, use_language

LANGUAGE_COOKIE = "kesher_language"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    language: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page in the visitor's language (`?lang=`, then `language`, then the cookie, then the browser's wish)."""
    chosen = page_language(request, preferred=language)
    other = next(candidate for candidate in LANGUAGES if candidate != chosen)
    query = request.GET.copy()
    query["lang"] = other
    shared = {
        "language": chosen,
        "direction": direction(chosen),
        "other_language": other,
        "other_direction": direction(other),
        "other_language_url": f"{request.path}?{query.urlencode()}",
    }
    with use_language(chosen):
        body = render_to_string(template, {**shared, **(context or {})}, request)
    response = HttpResponse(body, status=status)
    response["Content-Language"] = chosen
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    if base_language(request.GET.get("lang")) == chosen:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="Lax")
    return response


def page_language(request: HttpRequest, *, preferred: str | None = None) -> str:
    """The language of Kesher's own in which to answer this request."""
    wishes = (request.GET.get("lang"), preferred, request.COOKIES.get(LANGUAGE_COOKIE))
    for wish in (*wishes, get_language_from_request(request)):
        if base_language(wish) in LANGUAGES:
            return base_language(wish)
    return LANGUAGES[0]

"""The language in which the API answers: what the request accepts, else the user's own, else English."""

from __future__ import annotations

from django.http import HttpRequest

from kesher.kernel.text import DEFAULT_LANGUAGE, LANGUAGES, base_language


def language_of(request: HttpRequest) -> str:
    """`en` or `he`."""
    return _accepted(request.headers.get("Accept-Language", "")) or _users(request) or DEFAULT_LANGUAGE


def _accepted(header: str) -> str | None:
    """The first supported language by weight (RFC 9110, 12.5.4); of equal weights the first named."""
    weighed: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.partition(";")
        language = base_language(tag)
        if language in LANGUAGES:
            weighed.append((_weight(weight), language))
    best = max(weighed, key=lambda each: each[0], default=None)
    return best[1] if best and best[0] > 0 else None


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _users(request: HttpRequest) -> str | None:
    user = getattr(request, "user", None)
    language = getattr(user, "language", None) if user is not None and user.is_authenticated else None
    return language if language in LANGUAGES else None

"""The front door: what this installation is and where its parts are."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from kesher.web.pages import render_page


@require_safe
def show_front(request: HttpRequest) -> HttpResponse:
    """The page at the root; it names only what this installation has."""
    places = {"shop": _answers("/shop"), "api": _answers("/api/docs"), "mailbox": settings.SMTP_URL is None}
    return render_page(request, "web/front.html", {"places": places, "base_url": settings.BASE_URL})


def _answers(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True

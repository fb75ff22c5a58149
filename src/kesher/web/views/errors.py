"""Pages for links that lead nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kesher.web.pages import render_page


def show_broken_link(request: HttpRequest) -> HttpResponse:
    """A link that was cut, changed, or whose message is no more."""
    return render_page(request, "web/broken_link.html", status=404)


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No page at this address."""
    return render_page(request, "web/not_found.html", status=404)

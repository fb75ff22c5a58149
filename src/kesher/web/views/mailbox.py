"""The captured mail: what a newcomer's installation sent, while no mail server is configured."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kesher.kernel.errors import NotFound
from kesher.messaging import queries as messaging
from kesher.web.pages import render_page
from kesher.web.views.errors import show_not_found

View = Callable[..., HttpResponse]

# A stranger's HTML: its pictures and styles may show, its links open in a window of their own, nothing of it runs.
_MAIL_POLICY = (
    "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline' http: https:; font-src http: https:; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_HEAD = re.compile(r"<head\b[^>]*>|\A(?!.*<head\b)", re.I | re.S)
_SHOWN = 100


def _only_here(view: View) -> View:
    """Captured mail is shown only in capture mode, and only to a browser on this machine."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SMTP_URL is not None or not _is_local(request):
            return show_not_found(request)
        return view(request, *args, **kwargs)

    return guarded


def _is_local(request: HttpRequest) -> bool:
    # Behind a proxy on this machine everyone comes from loopback; the proxy says so.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@require_safe
@_only_here
def list_mail(request: HttpRequest) -> HttpResponse:
    """The newest captured e-mails, to one address when `to` is given."""
    recipient = request.GET.get("to", "").strip()
    mails = messaging.list_captured(recipient=recipient or None, limit=_SHOWN)
    return render_page(request, "web/mailbox.html", {"mails": mails, "to": recipient, "limit": _SHOWN})


@require_safe
@_only_here
def show_mail(request: HttpRequest, key: str) -> HttpResponse:
    """One captured e-mail: as its reader sees it, as text, and its headers."""
    try:
        captured = messaging.get_captured(key)
    except NotFound:
        return show_not_found(request)
    return render_page(request, "web/mail.html", {"captured": captured, "mail": captured.mail})


@require_safe
@_only_here
@xframe_options_sameorigin
def show_mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part alone, for the frame."""
    try:
        captured = messaging.get_captured(key)
    except NotFound:
        return show_not_found(request)
    # After the doctype, or the mail would be shown in the browser's quirks mode.
    response = HttpResponse(_HEAD.sub(r'\g<0><base target="_blank">', captured.html, count=1))
    response["Content-Security-Policy"] = _MAIL_POLICY
    response["Cache-Control"] = "no-store"
    return response

"""Clicks and opens: recorded, then out of the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.tokens import TokenInvalid
from kesher.messaging import queries as messaging
from kesher.messaging import services as messages
from kesher.messaging.errors import MessageNotFound
from kesher.web.machines import is_machine
from kesher.web.views.errors import show_broken_link

_log = structlog.get_logger()

# The smallest transparent GIF (89a, one pixel).
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@require_safe
def follow_click(request: HttpRequest, token: str) -> HttpResponse:
    """Record a click and go on to the address that the token carries (and no other)."""
    try:
        link = messages.read_click(token)
    except TokenInvalid:
        return show_broken_link(request)
    _record(request, link.message_id, url=link.url)
    response = HttpResponse(status=302)
    response["Location"] = iri_to_uri(link.url)
    return _unkept(response)


@require_safe
def show_pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Record an open and answer with a picture of one transparent pixel."""
    try:
        message_id = messages.read_open(token)
    except TokenInvalid:
        return _unkept(HttpResponse(_PIXEL, content_type="image/gif", status=404))
    _record(request, message_id)
    return _unkept(HttpResponse(_PIXEL, content_type="image/gif"))


def _record(request: HttpRequest, message_id: int, *, url: str | None = None) -> None:
    """Write down what happened; a reader is never kept from her page because that fails."""
    more = {"user_agent": request.headers.get("User-Agent", "")[:500]}
    try:
        conn = request_connection()
        now = read_clock(conn)
        machine = is_machine(request, sent_at=_sent_at(conn, message_id), now=now)
        if url is None:
            messages.record_open(conn, message_id=message_id, now=now, machine=machine, more=more)
        else:
            messages.record_click(conn, message_id=message_id, url=url, now=now, machine=machine, more=more)
    except MessageNotFound:
        _log.info("tracking.message_gone", message_id=message_id)
    except (psycopg.Error, DatabaseError) as error:
        _log.error("tracking.not_recorded", message_id=message_id, error=str(error))


def _sent_at(conn: Conn, message_id: int) -> datetime | None:
    recipient = messaging.find_message_profile(conn, message_id=message_id)
    if recipient is None:
        raise MessageNotFound(key=message_id)
    return recipient.sent_at


def _unkept(response: HttpResponse) -> HttpResponse:
    headers: dict[str, Any] = {
        "Cache-Control": "no-store, max-age=0",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    for name, value in headers.items():
        response[name] = value
    return response

"""The way out of a topic: one click for mail clients (RFC 8058), a button for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kesher.consent import queries as consent
from kesher.consent.types import Topic, permits
from kesher.kernel.clock import read_clock
from kesher.kernel.db import request_connection
from kesher.kernel.text import Text
from kesher.kernel.tokens import TokenInvalid
from kesher.messaging import services as messages
from kesher.profiles.errors import ProfileNotFound
from kesher.web.pages import page_language, render_page
from kesher.web.readers import Reader, find_reader
from kesher.web.views.errors import show_broken_link

BUTTON = Text(en="Unsubscribe", he="להסרה מהרשימה")


# The signed token is the permission: there is no cookie that another site could make use of.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks (programs fetch every link of a mail); POST unsubscribes, from a mail client or the button."""
    conn = request_connection()
    try:
        reader = find_reader(conn, messages.read_unsubscribe(token))
    except (TokenInvalid, ProfileNotFound):
        return show_broken_link(request)
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        messages.record_unsubscribe(
            conn,
            message_id=reader.message_id,
            now=read_clock(conn),
            source="one_click" if one_click else "unsubscribe_page",
            wording="" if one_click else BUTTON.render(page_language(request, preferred=reader.language)),
        )
    return _page(request, reader)


def _page(request: HttpRequest, reader: Reader) -> HttpResponse:
    language = page_language(request, preferred=reader.language)
    topic = _topic(reader)
    states = consent.get_states(request_connection(), [reader.profile_id])[reader.profile_id]
    context = {
        "brand": reader.brand.variables(language),
        "topic": topic.name.render(language) if topic else "",
        "subscribed": permits(states, reader.channel, reader.topic),
        "button": BUTTON.render(language),
        "preferences_url": messages.make_preferences_url(reader.message_id),
    }
    return render_page(request, "web/unsubscribe.html", context, language=reader.language)


def _topic(reader: Reader) -> Topic | None:
    topics = consent.list_topics(workspace_id=reader.workspace_id, archived=True)
    return next((topic for topic in topics if topic.key == reader.topic), None)

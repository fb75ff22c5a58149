"""The page on which a person chooses what she receives, and in which language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from psycopg.types.json import Jsonb

from kesher.consent import queries as consent
from kesher.consent.types import WHOLE_CHANNEL, ConsentState, Purpose, Topic, permits
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.kernel.text import LANGUAGES, Text
from kesher.kernel.tokens import TokenInvalid
from kesher.messaging import services as messages
from kesher.profiles.errors import ProfileNotFound
from kesher.web.pages import page_language, render_page
from kesher.web.readers import Reader, evidence_of, find_reader
from kesher.web.views.errors import show_broken_link

_sql = statements_of("kesher.web")

SOURCE = "preference_page"
ALL = Text(en="E-mails from {name}", he="הודעות דוא״ל מאת {name}")
NONE = Text(en="Stop all e-mails from {name}", he="להפסיק את כל הודעות הדוא״ל מאת {name}")
_LANGUAGE_NAMES = {"en": "English", "he": "עברית"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A check box: what it stands for, the wording beside it, and whether it is ticked."""

    topic: str
    name: str
    description: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class _Will:
    topic: str
    state: ConsentState
    wording: str


# The signed token is the permission: there is no cookie that another site could make use of.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choices, or keep them and show that they are kept."""
    conn = request_connection()
    try:
        reader = find_reader(conn, messages.read_preferences(token))
    except (TokenInvalid, ProfileNotFound):
        return show_broken_link(request)
    if request.method == "POST":
        return _save(conn, request, reader)
    return _show(conn, request, reader)


def _show(conn: Conn, request: HttpRequest, reader: Reader) -> HttpResponse:
    language = page_language(request, preferred=reader.language)
    choices = _choices(conn, reader, language)
    brand = reader.brand.variables(language)
    written_in = reader.language if reader.language in LANGUAGES else language
    context = {
        "brand": brand,
        "choices": choices,
        "nothing_left": not any(choice.ticked for choice in choices),
        "none_label": NONE.render(language, name=brand["sender_name"]),
        "languages": [(code, _LANGUAGE_NAMES[code], code == written_in) for code in LANGUAGES],
        "saved": request.GET.get("saved") == "1",
    }
    return render_page(request, "web/preferences.html", context, language=reader.language)


def _choices(conn: Conn, reader: Reader, language: str) -> list[Choice]:
    states = consent.get_states(conn, [reader.profile_id])[reader.profile_id]
    shown = [topic for topic in consent.list_topics(workspace_id=reader.workspace_id) if _is_a_choice(topic)]
    if not shown:
        whole = ALL.render(language, name=reader.brand.sender_name.render(language))
        return [Choice(WHOLE_CHANNEL, whole, "", permits(states, reader.channel, WHOLE_CHANNEL))]
    return [
        Choice(
            topic.key,
            topic.name.render(language),
            topic.description.render(language),
            permits(states, reader.channel, topic.key),
        )
        for topic in shown
    ]


def _is_a_choice(topic: Topic) -> bool:
    return topic.purpose is Purpose.MARKETING


def _save(conn: Conn, request: HttpRequest, reader: Reader) -> HttpResponse:
    now = read_clock(conn)
    language = request.POST.get("language", "")
    shown_in = page_language(request, preferred=reader.language)
    wills = _wills(conn, request, reader, shown_in)
    with conn.transaction():
        if wills:
            _record(conn, request, reader, wills, now)
        if language in LANGUAGES and language != reader.language:
            _change_language(conn, reader, language, now)
    chosen = language if language in LANGUAGES else shown_in
    return HttpResponseRedirect(f"{request.path}?saved=1&lang={chosen}", status=303)


def _wills(conn: Conn, request: HttpRequest, reader: Reader, language: str) -> list[_Will]:
    """What the person said that differs from what holds."""
    if "none" in request.POST:
        wording = NONE.render(language, name=reader.brand.sender_name.render(language))
        return [_Will(WHOLE_CHANNEL, ConsentState.DENIED, wording)]
    wanted = set(request.POST.getlist("topic"))
    choices = _choices(conn, reader, language)
    states = consent.get_states(conn, [reader.profile_id])[reader.profile_id]
    refused_all = states.get((reader.channel, WHOLE_CHANNEL)) == ConsentState.DENIED
    returns = refused_all and any(choice.topic in wanted for choice in choices)
    wills = []
    if returns and not any(choice.topic == WHOLE_CHANNEL for choice in choices):
        # The no to everything ends here; what stays unticked gets a no of its own.
        wording = ALL.render(language, name=reader.brand.sender_name.render(language))
        wills.append(_Will(WHOLE_CHANNEL, ConsentState.GRANTED, wording))
    for choice in choices:
        ticked = choice.topic in wanted
        if ticked != choice.ticked or returns:
            state = ConsentState.GRANTED if ticked else ConsentState.DENIED
            wills.append(_Will(choice.topic, state, " – ".join(filter(None, (choice.name, choice.description)))))
    return wills


def _record(conn: Conn, request: HttpRequest, reader: Reader, wills: list[_Will], now: datetime) -> None:
    params = {
        "will_workspace_id": reader.workspace_id,
        "will_profile_id": reader.profile_id,
        "will_channel": reader.channel,
        "will_topics": [will.topic for will in wills],
        "will_states": [will.state.value for will in wills],
        "will_source": SOURCE,
        "will_wordings": [will.wording for will in wills],
        "will_evidence": Jsonb(evidence_of(request, reader.message_id)),
        "will_at": now,
    }
    events.record_consents(conn, Relation(_sql["stated_wills"].sql, params), now=now)


def _change_language(conn: Conn, reader: Reader, language: str, now: datetime) -> None:
    traits = {"language": language}
    event = IncomingEvent(
        workspace_id=reader.workspace_id,
        source_id=0,
        message_id=f"preferences-{uuid4()}",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=now,
        received_at=now,
        profile_id=reader.profile_id,
        traits=traits,
        properties=json.dumps(traits),
    )
    events.ingest(conn, [event], now=now)

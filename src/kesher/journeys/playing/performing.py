"""One customer walks a journey, from a request to the told lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from kesher.events.types import LoggedEvent
from kesher.journeys import models
from kesher.journeys.definition import load_yaml, read_definition
from kesher.journeys.editing.reading import get_draft
from kesher.journeys.errors import JourneyInvalid, JourneyNotFound, PlayInvalid
from kesher.journeys.fields import Reading
from kesher.journeys.names import known_names
from kesher.journeys.playing.customer import Beginning, Customer
from kesher.journeys.playing.imagined import imagine_person, read_events
from kesher.journeys.playing.loading import Stage, load_beginnings, set_stage
from kesher.journeys.playing.memberships import Memberships
from kesher.journeys.playing.past import load_pasts
from kesher.journeys.playing.play import Play
from kesher.journeys.playing.post import Post
from kesher.journeys.playing.telling import PlayLine, StoryTooLong, Teller
from kesher.journeys.playing.ticking import Endless, live_through
from kesher.journeys.services.publishing import check_definition
from kesher.journeys.types import Definition
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.messaging.queries import list_sent, load_gate
from kesher.profiles.errors import ProfileNotFound
from kesher.profiles.queries import find_profile_by_identifier

LONGEST = timedelta(days=731)
_USUAL = timedelta(days=90)
_FAR = 10**15
"""Numbers of events that are only played lie beyond those of the log."""
_CAPS = timedelta(days=93)

_NOTHING = Text(en="Name a journey, or give a definition or a file.", he="יש לציין מסע, או לתת הגדרה או קובץ.")
_PERIOD = Text(
    en="A play must end after it begins, and may last two years at most.",
    he="משחק חייב להסתיים אחרי שהתחיל, ולהימשך שנתיים לכל היותר.",
)
_ONE_PERSON = Text(
    en="Name a real person or imagine one, not both.", he="יש לנקוב באדם אמיתי או לדמיין אדם, לא את שניהם."
)


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """Who walks, and what happens to her. `person` is a profile's id or an identifier; without one she is imagined.
    Without `start` the play begins now; what was recorded since `start` happens again."""

    person: str | None = None
    imagine: Any = None
    events: Sequence[Any] = ()
    start: datetime | None = None
    until: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PlayTold:
    """What a play told. `ended` says why it stopped: `time`, `endless` (the journey's own events start it again and
    again) or `too_long`."""

    journey: str
    version: int
    start: datetime
    until: datetime
    zone: str
    ended: str
    lines: Sequence[PlayLine]


def read_to_play(
    *,
    workspace_id: int,
    key: str | None = None,
    version: int | Literal["draft"] | None = None,
    definition: Any = None,
    yaml: str | None = None,
) -> tuple[Definition, int]:
    """The journey to play, and the number of its version (0 when it is none): of a file, a definition, or a key with
    its current version, one of a number, or the draft. JourneyInvalid names every mistake."""
    if yaml is not None:
        return _read_yaml(yaml, workspace_id), 0
    if definition is not None:
        return check_definition(definition, workspace_id), 0
    if key is None:
        raise PlayInvalid(problems=(Problem("journey", _NOTHING),))
    if version == "draft":
        return check_definition(get_draft(key, workspace_id=workspace_id).definition, workspace_id), 0
    versions = models.Version.objects.filter(journey__workspace_id=workspace_id, journey__key=key).order_by("-number")
    found = versions.first() if version is None else versions.filter(number=version).first()
    if found is None:
        raise JourneyNotFound(key=key)
    read = read_definition(found.definition, Reading(workspace_id))
    assert read is not None, f"version {found.pk} cannot be read"
    return read, found.number


def _read_yaml(text: str, workspace_id: int) -> Definition:
    document = load_yaml(text)
    reading = Reading(workspace_id, known_names(workspace_id))
    definition = None if document.problems else read_definition(document.data, reading)
    if definition is None:
        lines = [Problem(p.path, p.message, document.line_of(p.path)) for p in reading.problems]
        raise JourneyInvalid(problems=tuple(document.problems or lines))
    return definition


def play_journey(
    conn: Conn, definition: Definition, request: PlayRequest, *, workspace_id: int, now: datetime, number: int = 0
) -> PlayTold:
    """Walk one customer through a definition (`number`: of its published version) in virtual time; nothing is
    written."""
    if request.person is not None and request.imagine is not None:
        raise PlayInvalid(problems=(Problem("imagine", _ONE_PERSON),))
    stage = set_stage(conn, definition, workspace_id=workspace_id, number=number)
    start = request.start or now
    imagined = read_events(request.events, start=start, last_event=_FAR)
    last = max([start, *(event.received_at for event in imagined)])
    until = request.until or last + _USUAL
    if not start < until <= start + LONGEST:
        raise PlayInvalid(problems=(Problem("until", _PERIOD),))
    beginning, heard = _cast(conn, request, stage, start=start, until=until, now=now)
    customer = Customer(beginning, stage.book.copy())
    for event in heard:
        if event.received_at < start:
            customer.hear(event)
    memberships = Memberships(stage.rules)
    memberships.settle(customer, start)
    post = _post(conn, beginning.profile_id, stage, start=start, until=until)
    teller = Teller(conn, stage, language=request.language)
    told: dict[str, Any] = {"now": start, "post": post, "last_event": 2 * _FAR}
    play = Play(stage.version, stage.world(post.gate.suppressed), customer, memberships, teller, **told)
    teller.attend(play)
    again = [event for event in heard if event.received_at >= start]
    ended = _perform(play, [*again, *imagined], until)
    zone = customer.person.zone or stage.zone
    return PlayTold(stage.version.key, number, start, until, zone, ended, teller.finish())


def _cast(
    conn: Conn, request: PlayRequest, stage: Stage, *, start: datetime, until: datetime, now: datetime
) -> tuple[Beginning, list[LoggedEvent]]:
    if request.person is None:
        return imagine_person(request.imagine or {}, stage, now=start), []
    profile_id = find_person(conn, request.person, workspace_id=stage.version.workspace_id)
    if start < now:
        pasts = load_pasts(conn, [profile_id], stage, until=min(until, now))
        if profile_id in pasts:
            return pasts[profile_id]
    else:
        beginnings = load_beginnings(conn, [profile_id], stage)
        if profile_id in beginnings:
            return beginnings[profile_id], []
    raise ProfileNotFound(profile_id=profile_id)


def find_person(conn: Conn, person: str, *, workspace_id: int) -> int:
    """The profile of a number or an identifier; ProfileNotFound otherwise."""
    if person.isdecimal():
        return int(person)
    found = find_profile_by_identifier(conn, workspace_id=workspace_id, value=person.strip())
    found = found or find_profile_by_identifier(conn, workspace_id=workspace_id, value=person.strip().lower())
    if found is None:
        raise ProfileNotFound(profile_id=person)
    return found.id


def _post(conn: Conn, profile_id: int, stage: Stage, *, start: datetime, until: datetime) -> Post:
    workspace_id, journey = stage.version.workspace_id, stage.version.key
    gate = load_gate(conn, workspace_id=workspace_id)
    sent: Mapping[int, list[tuple[str, datetime]]] = list_sent(
        conn, [profile_id], since=start - _CAPS, until=until, except_journey=journey
    )
    return Post(gate, list(sent.get(profile_id, ())))


def _perform(play: Play, events: Sequence[LoggedEvent], until: datetime) -> str:
    try:
        live_through(play, events, until=until)
    except Endless:
        return "endless"
    except StoryTooLong:
        return "too_long"
    return "time"

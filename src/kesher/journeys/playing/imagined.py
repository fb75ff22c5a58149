"""What a user imagines: a person, and what she will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from kesher.consent.types import CHANNELS, STATE_NAMES, ConsentState
from kesher.events.types import PROFILE_IDENTIFIED, SYSTEM_NAMES, EventType, LoggedEvent
from kesher.journeys.durations import parse_duration
from kesher.journeys.errors import PlayInvalid
from kesher.journeys.fields import Choice, Field, Place, Reading, Words, read_fields
from kesher.journeys.fields.place import UNKNOWN_FIELD
from kesher.journeys.playing.customer import Beginning
from kesher.journeys.playing.loading import Stage
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.profiles.queries import ToldTraits
from kesher.segments.queries import read_moment
from kesher.segments.types import Belonging

MOST_EVENTS = 500
_FIELDS = {"event", "identify", "at", "after", "properties"}

_PARTS = ("traits", "lists", "consents", "objects")
_CONSENT = (
    Field("channel", Choice(CHANNELS), Text(en="Channel", he="ערוץ")),
    Field("topic", Words(), Text(en="Topic", he="נושא")),
    Field("state", Choice(STATE_NAMES), Text(en="State", he="מצב")),
)


class _Attributes:
    """What an object is like: any JSON by name."""

    name = "object"

    def read(self, value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            place.problem(_NOT_OBJECT)
        return value

    def write(self, value: Any) -> Any:
        return value


_OBJECT = (
    Field("kind", Words(), Text(en="Kind", he="סוג"), required=True),
    Field("key", Words(), Text(en="Key", he="מפתח"), required=True),
    Field("role", Words(), Text(en="Role", he="תפקיד"), default=""),
    Field("attributes", _Attributes(), Text(en="Attributes", he="מאפיינים"), default={}),
)

_NOT_KEYS = Text(en="Write a list of keys.", he="יש לכתוב רשימה של מפתחות.")
_NOT_CONSENTS = Text(
    en="Write a list of consents, each with “channel”, “topic” and “state”.",
    he="יש לכתוב רשימה של הסכמות, בכל אחת channel,‏ topic ו־state.",
)
_NOT_OBJECTS = Text(
    en="Write a list of what the person belongs to, each with “kind”, “key” and, if you like, “role” and “attributes”.",
    he="יש לכתוב רשימה של מה שהאדם שייך אליו, בכל אחד kind ו־key, ואם רוצים גם role ו־attributes.",
)
_NOT_OBJECT = Text(en="Write an object here.", he="יש לכתוב כאן אובייקט.")
_NOT_LIST = Text(en="Write a list of at most 500 events.", he="יש לכתוב רשימה של 500 אירועים לכל היותר.")
_ONE = Text(en="Write “event” (its name) or “identify” (traits).", he="יש לכתוב event (שם) או identify (מאפיינים).")
_NOT_TIME = Text(
    en="Write a time with its zone such as 2026-03-01T09:00:00+02:00 (“at”), or a duration such as 2h (“after”).",
    he="יש לכתוב מועד עם אזור זמן, למשל 2026-03-01T09:00:00+02:00‏ (at), או משך זמן כגון 2h‏ (after).",
)
_EARLY = Text(
    en="This is before the play begins; let it begin earlier.", he="זה לפני תחילת המשחק; יש להתחיל אותו מוקדם יותר."
)


def imagine_person(said: Any, stage: Stage, *, now: datetime) -> Beginning:
    """A person who never was: her traits, or `{"traits": …, "lists": […], "consents": [{"channel", "topic",
    "state"}], "objects": [{"kind", "key", "role", "attributes"}]}`."""
    if not isinstance(said, Mapping):
        raise PlayInvalid(problems=(Problem("imagine", _NOT_OBJECT),))
    whole = said if "traits" in said else {"traits": said}
    reading = Reading(stage.version.workspace_id)
    _check_person(whole, Place(reading, "imagine"))
    if reading.problems:
        raise PlayInvalid(problems=tuple(reading.problems))
    told = ToldTraits()
    stage.book.copy().tell(told, whole["traits"], at=now)
    consents = {
        (each.get("channel", "email"), each.get("topic", "")): each.get("state", ConsentState.GRANTED.value)
        for each in whole.get("consents", ())
    }
    objects = [
        Belonging(each["kind"], each["key"], each.get("role", ""), each.get("attributes", {}))
        for each in whole.get("objects", ())
    ]
    lists = frozenset(whole.get("lists", ()))
    return Beginning(0, told, stage.zone, consents=consents, lists=lists, objects=objects)


def _check_person(whole: Mapping[str, Any], place: Place) -> None:
    for name in sorted(whole.keys() - set(_PARTS)):
        place.at(name).unknown(UNKNOWN_FIELD, name, _PARTS)
    if not isinstance(whole["traits"], Mapping):
        place.at("traits").problem(_NOT_OBJECT)
    lists = whole.get("lists", [])
    if not isinstance(lists, list) or not all(isinstance(each, str) for each in lists):
        place.at("lists").problem(_NOT_KEYS)
    _check_records(whole.get("consents", []), _CONSENT, _NOT_CONSENTS, place.at("consents"))
    _check_records(whole.get("objects", []), _OBJECT, _NOT_OBJECTS, place.at("objects"))


def _check_records(records: Any, fields: Sequence[Field], wanted: Text, place: Place) -> None:
    if not isinstance(records, list):
        place.problem(wanted)
        return
    for position, each in enumerate(records):
        read_fields(fields, each, place.at(position))


def read_events(said: Any, *, start: datetime, last_event: int) -> list[LoggedEvent]:
    """The events that a user wrote: `[{"event": "Order Completed", "after": "2h", "properties": {…}},
    {"identify": {…}, "at": "…"}]`, in any order. PlayInvalid names every mistake by its place."""
    if not isinstance(said, Sequence) or isinstance(said, str) or len(said) > MOST_EVENTS:
        raise PlayInvalid(problems=(Problem("events", _NOT_LIST),))
    problems: list[Problem] = []
    events = [event for position, each in enumerate(said) for event in _read(each, position, start, problems)]
    if problems:
        raise PlayInvalid(problems=tuple(problems))
    events.sort(key=lambda event: event.received_at)
    return [
        LoggedEvent(last_event + number, e.type, e.name, e.occurred_at, e.received_at, None, e.properties, e.context)
        for number, e in enumerate(events, start=1)
    ]


def _read(said: Any, position: int, start: datetime, problems: list[Problem]) -> Iterator[LoggedEvent]:
    place = f"events[{position}]"
    if not isinstance(said, Mapping) or ("event" in said) == ("identify" in said) or said.keys() - _FIELDS:
        problems.append(Problem(place, _ONE))
        return
    at = _moment(said, start)
    if at is None or at < start:
        problems.append(Problem(f"{place}.at", _NOT_TIME if at is None else _EARLY))
        return
    traits, name = said.get("identify"), str(said.get("event", PROFILE_IDENTIFIED))
    properties = traits if traits is not None else said.get("properties", {})
    if not isinstance(properties, Mapping):
        problems.append(Problem(f"{place}.properties", _NOT_OBJECT))
        return
    known = EventType.SYSTEM if name in SYSTEM_NAMES else EventType.TRACK
    type = EventType.IDENTIFY if traits is not None else known
    yield LoggedEvent(0, type, name, at, at, None, dict(properties), {})


def _moment(said: Mapping[str, Any], start: datetime) -> datetime | None:
    at, after = said.get("at"), said.get("after")
    if at is None and after is None:
        return start
    if after is None:
        return read_moment(at) if isinstance(at, str) else None
    duration = parse_duration(after) if isinstance(after, str) else None
    return start + (duration.length if duration else timedelta(0)) if at is None and duration else None

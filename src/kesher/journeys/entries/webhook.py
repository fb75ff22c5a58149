"""Entry by a call from another system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import EntryKind, of_journey
from kesher.journeys.fields import Field, Place, Record, Words, read_fields
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text
from kesher.profiles.types import Kind

_ONE_PERSON = Text(
    en="Say where in the body the person is named, with one of: {kinds}.",
    he="יש לציין היכן בגוף הקריאה נקוב האדם, באחד מאלה: {kinds}.",
)
_NOT_PATHS = Text(
    en="Write names and paths into the body, such as {{order: order.number}}.",
    he="יש לכתוב שמות ונתיבים בגוף הקריאה, למשל {{order: order.number}}.",
)
_KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Paths into the body: to the person's identifier (of one kind), to a number that tells calls apart, and to what
    becomes the event's properties (the whole body when it is not said)."""

    user_id: str | None
    anonymous_id: str | None
    email: str | None
    phone: str | None
    id: str | None
    properties: Mapping[str, str] | None

    @property
    def person(self) -> tuple[Kind, str]:
        """Which kind of identifier stands where."""
        return next((Kind(kind), path) for kind in _KINDS if (path := getattr(self, kind)) is not None)


@dataclass(frozen=True, slots=True)
class PathsByName:
    """Names, and the paths of their values."""

    name: str = "paths"

    def read(self, value: Any, place: Place) -> dict[str, str] | None:
        if not isinstance(value, Mapping) or not value:
            place.problem(_NOT_PATHS)
            return None
        for name, path in value.items():
            if not isinstance(path, str) or not path:
                place.at(str(name)).problem(_NOT_PATHS)
        return {str(name): path for name, path in value.items() if isinstance(path, str)}

    def write(self, value: Mapping[str, str]) -> dict[str, str]:
        return dict(value)


_MAPPED = (
    *(Field(kind, Words(), Text(en=f"Path of {kind}", he=f"הנתיב אל {kind}")) for kind in _KINDS),
    Field("id", Words(), Text(en="Path of the call's own number", he="הנתיב אל מספר הקריאה")),
    Field("properties", PathsByName(), Text(en="Properties", he="מאפיינים")),
)


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """How a body is read. The journey is the one that it stands in."""

    webhook: Mapped
    journey: str


class WebhookEntry(EntryKind):
    """Another system calls the journey's secret address with a JSON body, which names the person who enters."""

    key = "webhook"
    name = Text(en="Incoming webhook", he="Webhook נכנס")
    about = Text(
        en="Another system calls the journey's own address and names the person who enters.",
        he="מערכת אחרת קוראת לכתובת של המסע ומציינת מי נכנס.",
    )
    icon = "webhook"
    config = WebhookConfig
    fields = (Field("webhook", Record(_MAPPED, Mapped), Text(en="Body", he="גוף הקריאה"), required=True),)

    def read(self, data: Mapping[str, Any], place: Place) -> WebhookConfig:
        values = read_fields(self.fields, data, place)
        if isinstance(data.get("webhook"), Mapping) and sum(kind in data["webhook"] for kind in _KINDS) != 1:
            place.at("webhook").problem(_ONE_PERSON, kinds=", ".join(_KINDS))
        return WebhookConfig(**values, journey=place.reading.journey)

    def trigger(self, config: WebhookConfig) -> Criterion:
        return of_journey(SystemEvent.WEBHOOK_RECEIVED, config.journey)

"""Entry by a call of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kesher.events.types import SystemEvent
from kesher.journeys.entries.base import EntryKind, of_journey
from kesher.journeys.fields import Boolean, Field, Place, read_fields
from kesher.journeys.types import Criterion
from kesher.kernel.text import Text

_ONLY_TRUE = Text(en="Write “api: true”.", he="יש לכתוב api: true.")


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """Nothing to set: the call says who enters, and with which values. The journey is the one that it stands in."""

    api: bool
    journey: str


class ApiEntry(EntryKind):
    """A program names the people who enter, each with values of its own, which are the entry event's properties."""

    key = "api"
    name = Text(en="API call", he="קריאת API")
    about = Text(en="A program says who enters, and with which values.", he="תוכנה קובעת מי נכנס ועם אילו ערכים.")
    icon = "code"
    config = ApiConfig
    fields = (Field("api", Boolean(), Text(en="By API", he="באמצעות API"), required=True),)

    def read(self, data: Mapping[str, Any], place: Place) -> ApiConfig:
        values = read_fields(self.fields, data, place)
        if values["api"] is False:
            place.at("api").problem(_ONLY_TRUE)
        return ApiConfig(**values, journey=place.reading.journey)

    def trigger(self, config: ApiConfig) -> Criterion:
        return of_journey(SystemEvent.JOURNEY_REQUESTED, config.journey)

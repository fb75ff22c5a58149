"""Where things lie on the canvas: it changes nothing for anybody in the journey, and is kept with it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kesher.journeys.fields.kinds import Integer, Items, Record, Words
from kesher.journeys.fields.place import NOT_MAPPING, Field, Place, read_fields, write_fields
from kesher.kernel.text import Text

_FAR = 1_000_000
_MOST_NOTES = 200
_MANY_NOTES = Text(en="There are at most {most} notes.", he="יכולים להיות לכל היותר {most} פתקים.")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the canvas."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note that lies on the canvas, for those who work on it."""

    text: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each node lies, by its key, and the notes."""

    nodes: Mapping[str, Point] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


_X = Field("x", Integer(-_FAR, _FAR), Text(en="Across", he="לרוחב"), required=True)
_Y = Field("y", Integer(-_FAR, _FAR), Text(en="Down", he="לגובה"), required=True)
_NOTE = (
    Field("text", Words(5_000), Text(en="Text", he="טקסט"), required=True),
    _X,
    _Y,
    Field("width", Integer(1, _FAR), Text(en="Width", he="רוחב"), default=200),
    Field("height", Integer(1, _FAR), Text(en="Height", he="גובה"), default=120),
)


@dataclass(frozen=True, slots=True)
class Positions:
    """A place for each node; that the node exists is checked when all are known."""

    name: str = "positions"

    def read(self, value: Any, place: Place) -> Mapping[str, Point]:
        if not isinstance(value, Mapping):
            place.problem(NOT_MAPPING)
            return {}
        found = {}
        for key, point in value.items():
            spot = place.at(str(key))
            place.reading.targets.append((spot.path, str(key)))
            found[str(key)] = Point(**read_fields((_X, _Y), point, spot))
        return found

    def write(self, value: Mapping[str, Point]) -> dict[str, Any]:
        return {key: write_fields((_X, _Y), value[key]) for key in sorted(value)}


@dataclass(frozen=True, slots=True)
class _Notes(Items):
    def read(self, value: Any, place: Place) -> tuple[Any, ...]:
        notes = Items.read(self, value, place)
        if len(notes) > _MOST_NOTES:
            place.problem(_MANY_NOTES, most=_MOST_NOTES)
        return notes


LAYOUT = (
    Field("nodes", Positions(), Text(en="Nodes", he="צמתים"), default={}),
    Field("notes", _Notes(Record(_NOTE, Note)), Text(en="Notes", he="פתקים"), default=()),
)

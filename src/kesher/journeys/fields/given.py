"""Named values of a journey: written down, or taken from the entry event, the person, or what the run remembers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields.kinds import Key
from kesher.journeys.fields.place import Place
from kesher.kernel.text import Text

ORIGINS = ("event", "trait", "run")
"""`event`: a property of the entry event. `trait`: of the person. `run`: what the run remembers (its context)."""

_NOT_VALUES = Text(
    en="Write names and their values here, such as {{vip: true}}.",
    he="יש לכתוב כאן שמות וערכיהם, למשל {{vip: true}}.",
)
_NOT_VALUE = Text(
    en="Write text, a number, true or false, a list of them, or where to take it from: {{event: …}}, {{trait: …}} or "
    "{{run: …}}.",
    he="יש לכתוב טקסט, מספר, true או false, רשימה שלהם, או מהיכן לקחת: {{event: …}},‏ {{trait: …}} או {{run: …}}.",
)
_TAKEN = Text(
    en="“{name}” is set by the journey itself; choose another name.", he="את ”{name}“ קובע המסע עצמו; יש לבחור שם אחר."
)


TAKEN = frozenset({"event", "loops", "parent", "id", "journey", "node", "entered_at"})
"""What stands in a run's context, or in a template's `run`, by the journey's own doing."""


@dataclass(frozen=True, slots=True)
class ContextName:
    """A name under which the run remembers something."""

    name: str = "context_name"

    def read(self, value: Any, place: Place) -> str | None:
        key = Key().read(value, place)
        if key in TAKEN:
            place.problem(_TAKEN, name=key)
        return key

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Given:
    """A literal `value`, or what lies at `path` in its origin."""

    name: str
    value: Any = None
    origin: str | None = None
    path: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The value for the statement given_values."""
        return {"name": self.name, "value": self.value, "origin": self.origin, "path": list(self.path)}

    def written(self) -> Any:
        """As its author wrote it."""
        return self.value if self.origin is None else {self.origin: ".".join(self.path)}


@dataclass(frozen=True, slots=True)
class Values:
    """A mapping of names to literals or `{event|trait|run: path.to.it}`; `taken` are names that are not to be set."""

    taken: frozenset[str] = frozenset()
    name: str = "values"

    def read(self, value: Any, place: Place) -> tuple[Given, ...]:
        if not isinstance(value, Mapping) or not value:
            place.problem(_NOT_VALUES)
            return ()
        return tuple(self._read_one(str(name), given, place.at(str(name))) for name, given in value.items())

    def _read_one(self, name: str, given: Any, place: Place) -> Given:
        if name in self.taken:
            place.problem(_TAKEN, name=name)
        if isinstance(given, Mapping) and len(given) == 1:
            ((origin, path),) = given.items()
            if origin in ORIGINS and isinstance(path, str) and path:
                return Given(name, origin=str(origin), path=tuple(path.split(".")))
        elif is_literal(given):
            return Given(name, value=given)
        place.problem(_NOT_VALUE)
        return Given(name)

    def write(self, value: tuple[Given, ...]) -> dict[str, Any]:
        return {given.name: given.written() for given in value}


def is_literal(value: Any) -> bool:
    """Whether it is text, a number, true or false, or a list of them."""
    if isinstance(value, list):
        return all(isinstance(item, str | bool | int | float) for item in value)
    return isinstance(value, str | bool | int | float)


def resolve(values: Sequence[Given], *, context: Mapping[str, Any], traits: Mapping[str, Any]) -> dict[str, Any]:
    """The values by name, in memory; what is not there is left out. The twin of the statement given_values."""
    event = context.get("event", {})
    origins = {
        "event": event.get("properties", {}),
        "trait": {name: value for name, value in traits.items() if value is not None},
        "run": context,
    }
    found = {}
    for given in values:
        if given.origin is None:
            found[given.name] = given.value
            continue
        there, value = look_up(origins[given.origin], given.path)
        if there:
            found[given.name] = value
    return found


def look_up(data: Any, path: Sequence[str]) -> tuple[bool, Any]:
    """Whether something lies at the path, and what; as PostgreSQL's `#>` reads JSON."""
    for step in path:
        if isinstance(data, Mapping) and step in data:
            data = data[step]
        elif isinstance(data, list) and step.lstrip("-").isdecimal() and -len(data) <= int(step) < len(data):
            data = data[int(step)]
        else:
            return False, None
    return True, data


def text_at(data: Any, path: str) -> str | None:
    """What lies at a path, as text; as PostgreSQL's `#>>` reads JSON. None when there is nothing, or null."""
    there, value = look_up(data, path.split("."))
    if not there or value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

"""Reading a definition: where we are in it, and which mistakes were met on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Protocol

from kesher.kernel.errors import Problem
from kesher.kernel.text import LANGUAGES, Text

UNKNOWN_FIELD = Text(en="There is no field “{name}” here.", he="אין כאן שדה בשם ”{name}“.")
MISSING_FIELD = Text(en="The field “{name}” is missing.", he="חסר השדה ”{name}“.")
NOT_MAPPING = Text(en="Write fields and their values here.", he="יש לכתוב כאן שדות וערכים.")
NEAREST = Text(en=" Did you mean “{nearest}”?", he=" האם הכוונה ל־”{nearest}“?")


@dataclass(slots=True)
class Reading:
    """One pass over a definition. `known` holds the keys of the workspace's templates, topics and segments by kind;
    an absent kind is not checked (a published version is read again after its templates may have gone). `journey` is
    the key of the journey that is read."""

    workspace_id: int
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)
    journey: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in the definition, such as `nodes.wait_1.for`."""

    reading: Reading
    path: str = ""

    def at(self, name: str | int) -> Place:
        """The spot one level below."""
        if isinstance(name, int):
            return Place(self.reading, f"{self.path}[{name}]")
        return Place(self.reading, f"{self.path}.{name}" if self.path else name)

    def problem(self, message: Text, /, **fields: Any) -> None:
        """Note a mistake here, its fields filled in."""
        self.reading.problems.append(Problem(self.path, filled(message, **fields)))

    def unknown(self, message: Text, name: str, known: Collection[str], /, **fields: Any) -> None:
        """Note a name that does not exist, with the nearest one that does."""
        near = get_close_matches(name, known, n=1)
        said = filled(message, name=name, **fields)
        if near:
            hint = filled(NEAREST, nearest=near[0])
            said = Text(en=said.en + hint.en, he=said.he + hint.he)
        self.reading.problems.append(Problem(self.path, said))


def filled(message: Text, /, **fields: Any) -> Text:
    """The text with its fields, some of which may be texts, filled in: still in both languages and safe to render
    once more."""
    said = {}
    for language in LANGUAGES:
        values = {name: value.render(language) if isinstance(value, Text) else value for name, value in fields.items()}
        said[language] = _literal(message.render(language, **values))
    return Text(**said)


def _literal(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")


class Kind(Protocol):
    """How a field's value is read, checked and written; `name` tells the settings screen what to draw."""

    @property
    def name(self) -> str: ...

    def read(self, value: Any, place: Place) -> Any:
        """The value, or None after a problem was noted."""

    def write(self, value: Any) -> Any:
        """What `read` would take to give the value again, as JSON."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a node, an entry or the journey itself. `key` is how it is written when that is no Python name."""

    name: str
    kind: Kind
    label: Text
    required: bool = False
    default: Any = None
    key: str = ""
    help: Text | None = None

    @property
    def written(self) -> str:
        """The field's name in the file."""
        return self.key or self.name


def read_fields(fields: Sequence[Field], data: Any, place: Place) -> dict[str, Any]:
    """The values by field name, defaults filled in; mistakes are noted at their places."""
    if not isinstance(data, Mapping):
        place.problem(NOT_MAPPING)
        return {f.name: f.default for f in fields}
    known = [f.written for f in fields]
    for name in data:
        if name not in known:
            place.at(str(name)).unknown(UNKNOWN_FIELD, str(name), known)
    values: dict[str, Any] = {}
    for f in fields:
        raw = data.get(f.written)
        if raw is None:
            if f.required:
                place.at(f.written).problem(MISSING_FIELD, name=f.written)
            values[f.name] = f.default
        else:
            values[f.name] = f.kind.read(raw, place.at(f.written))
    return values


def write_fields(fields: Sequence[Field], values: Any) -> dict[str, Any]:
    """The JSON of a record read by `read_fields`: fields in order, defaults left out."""
    written = {}
    for f in fields:
        value = getattr(values, f.name)
        if value is not None and value != f.default:
            written[f.written] = f.kind.write(value)
    return written

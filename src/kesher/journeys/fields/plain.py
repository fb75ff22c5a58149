"""Plain values: text, numbers, true or false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields.place import Place
from kesher.kernel.text import Text

_NOT_PLAIN = Text(
    en="Write text, a number, true or false, or a list of them.",
    he="יש לכתוב טקסט, מספר, true או false, או רשימה שלהם.",
)
_MOST = 100


@dataclass(frozen=True, slots=True)
class PlainValues:
    """One plain value or several, any of which will do."""

    name: str = "values"

    def read(self, value: Any, place: Place) -> tuple[Any, ...] | None:
        values = value if isinstance(value, list) else [value]
        if not 0 < len(values) <= _MOST or not all(isinstance(each, str | bool | int | float) for each in values):
            place.problem(_NOT_PLAIN)
            return None
        return tuple(values)

    def write(self, value: tuple[Any, ...]) -> Any:
        return value[0] if len(value) == 1 else list(value)

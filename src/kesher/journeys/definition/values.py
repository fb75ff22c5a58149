"""What no definition may hold anywhere: text that cannot be stored, numbers that are none, endless nesting."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from kesher.journeys.fields import Place
from kesher.kernel.text import Text

MAX_DEPTH = 60

_DEEP = Text(en="This is nested more than {depth} levels deep.", he="הקינון כאן עמוק מ־{depth} רמות.")
_BAD_TEXT = Text(en="This text contains a character that cannot be stored.", he="בטקסט יש תו שלא ניתן לשמור.")
_BAD_NUMBER = Text(en="This is not a number that can be stored.", he="זה אינו מספר שניתן לשמור.")


def check_values(data: Any, place: Place) -> None:
    """Note what cannot be stored; stops at the first mistake, since the rest may be made of the same."""
    waiting = [(data, place, 0)]
    while waiting and not place.reading.problems:
        value, at, depth = waiting.pop()
        if depth > MAX_DEPTH:
            place.problem(_DEEP, depth=MAX_DEPTH)
        elif isinstance(value, str):
            _check_text(value, at)
        elif isinstance(value, float) and not math.isfinite(value):
            at.problem(_BAD_NUMBER)
        else:
            waiting += [(inner, spot, depth + 1) for inner, spot in _inside(value, at)]


def _inside(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check_text(str(key), place)
            yield inner, place.at(str(key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield inner, place.at(position)


def _check_text(text: str, place: Place) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        place.problem(_BAD_TEXT)

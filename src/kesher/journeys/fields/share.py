"""Shares of people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kesher.journeys.fields.place import Place
from kesher.kernel.text import Text

_SHARE = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?%")
_NOT_SHARE = Text(
    en="Write a share such as 10% or 2.5%, above nothing and below 100%.",
    he="יש לכתוב חלק באחוזים, למשל 10% או 2.5%, יותר מ־0% ופחות מ־100%.",
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share as `10%`, kept in basis points."""

    name: str = "share"

    def read(self, value: Any, place: Place) -> int | None:
        found = _SHARE.fullmatch(value) if isinstance(value, str) else None
        points = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
        if points == 0:
            place.problem(_NOT_SHARE)
            return None
        return points

    def write(self, value: int) -> str:
        whole, rest = divmod(value, 100)
        return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"

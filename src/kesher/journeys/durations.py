"""Durations as people write them in a journey: `30s`, `15m`, `1h`, `2d`, `1w`. A day is 24 hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([1-9][0-9]{0,8})([smhdw])")
LONGEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that keeps the words it was written in."""

    text: str
    length: timedelta

    @property
    def interval(self) -> str:
        """The length as PostgreSQL reads it."""
        return f"{int(self.length.total_seconds())} seconds"


def parse_duration(text: str) -> Duration | None:
    """The duration, or None when it is not written as a number and a unit or is longer than two years."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[1]) * _UNITS[found[2]]
    if seconds > LONGEST.total_seconds():
        return None
    return Duration(text, timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Offset:
    """A duration before (`-3d`) or after (`2h`). `days` when it is written in days or weeks, else None."""

    text: str
    length: timedelta

    @property
    def days(self) -> int | None:
        """Whole days of the calendar."""
        return self.length.days if self.text[-1] in "dw" else None


def parse_offset(text: str) -> Offset | None:
    """The offset, or None when it is not a duration with or without a sign."""
    duration = parse_duration(text.removeprefix("-"))
    if duration is None:
        return None
    return Offset(text, -duration.length if text.startswith("-") else duration.length)

"""A rule explained for one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kesher.kernel.text import Text
from kesher.segments.types.people import PastEvent


@dataclass(frozen=True, slots=True)
class Found:
    """What a leaf looked at: the value that decided it (None: there was nothing), and the events, oldest first."""

    value: Any = None
    events: Sequence[PastEvent] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """For how many people a rule holds, some of them, and warnings about what nobody has. `estimated`: counted on a
    sample, because everybody would have taken too long."""

    count: int
    sample: tuple[int, ...]
    warnings: tuple[Text, ...] = ()
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a rule: `kind` is `all`, `any`, `not`, or the leaf's own name; `whole` says it with all its parts."""

    path: str
    kind: str
    sentence: Text
    whole: Text
    parts: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of a rule for one person at one moment: a sentence that reads like the rule, whether it holds, when that
    could change with no new event, and of a leaf what decided it, in words and as a value."""

    sentence: Text
    holds: bool
    changes_at: datetime | None = None
    found: Text | None = None
    value: Any = None
    events: tuple[PastEvent, ...] = ()
    parts: tuple[Explanation, ...] = ()

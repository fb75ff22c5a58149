"""What an account is made of: facts, each with its source and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kesher.journeys.fields.place import filled
from kesher.kernel.text import Text
from kesher.segments.types import Explanation


class Basis(StrEnum):
    """Where a fact is from: it was recorded, or it was not and follows from the log (`replayed`) or from an evaluation
    of now."""

    RECORDED = "recorded"
    REPLAYED = "replayed"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Fact:
    """One link of the chain; `at` is None for what has no moment."""

    kind: str
    text: Text
    at: datetime | None = None
    basis: Basis = Basis.RECORDED
    details: Mapping[str, Any] = field(default_factory=dict)
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Why a person got, or did not get, something. `subject` is message, journey or broadcast."""

    subject: str
    key: str
    profile_id: int
    answer: Text
    facts: tuple[Fact, ...]


def fact(kind: str, sentence: Text, at: datetime | None = None, **told: Any) -> Fact:
    """A recorded fact, its sentence filled in."""
    return Fact(kind, filled(sentence, **told), at, details={k: v for k, v in told.items() if v is not None})

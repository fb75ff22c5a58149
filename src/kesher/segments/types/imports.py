"""Imports: what the columns of a file are, a row as it is read, and an import as others see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kesher.kernel.errors import Problem
from kesher.profiles.types import TraitType


class Target(StrEnum):
    """What a column is: an identifier, a trait, what the person said about being written to, or nothing."""

    USER_ID = "user_id"
    EMAIL = "email"
    PHONE = "phone"
    TRAIT = "trait"
    CONSENT = "consent"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A column by its place (0 is the first), and what it is; a trait has a name, and a type when it is new."""

    column: int
    target: Target
    trait: str | None = None
    type: TraitType | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ColumnMapping:
        """As it is stored."""
        kind = value.get("type")
        return cls(value["column"], Target(value["target"]), value.get("trait"), TraitType(kind) if kind else None)

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)

    @property
    def key(self) -> str | None:
        """The trait that the column gives."""
        named = {Target.EMAIL: "email", Target.PHONE: "phone", Target.TRAIT: self.trait}
        return named.get(self.target)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who a row is of and what it says; `consent` None when it does not say. With problems it is refused."""

    number: int
    cells: Sequence[str]
    user_id: str | None
    traits: dict[str, Any]
    consent: bool | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """The first rows of a file as they would be read: of so many `looked_at`, so many would be `refused`; `rows` are
    the first of all, and the first of the refused."""

    looked_at: int
    refused: int
    rows: Sequence[ReadRow]


class ImportState(StrEnum):
    """`draft`: received, not started. `waiting` and `working`: in the hands of the jobs process."""

    DRAFT = "draft"
    WAITING = "waiting"
    WORKING = "working"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ImportConsent:
    """What the people of a file agreed to, where and in which words; with a column for it, each as it says there."""

    channel: str
    topic: str
    source: str
    wording: str
    given_at: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """One import: the file, what its columns are, and how far it is."""

    id: int
    workspace_id: int
    filename: str
    file: str
    state: ImportState
    encoding: str
    delimiter: str
    header: Sequence[str]
    samples: Sequence[Sequence[str]]
    rows: int
    mapping: Sequence[ColumnMapping]
    list_key: str | None
    consent: ImportConsent | None
    done: int
    accepted: int
    created: int
    refused: int
    asked_at: datetime
    asked_by: str
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken, as it stood in the file, and why."""

    row: int
    cells: Sequence[str]
    problems: Sequence[Mapping[str, str]]

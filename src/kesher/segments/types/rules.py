"""The rule tree: immutable, typed, equal by value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.types.explained import Found
from kesher.segments.types.people import Person
from kesher.segments.types.sql import LeafSql, Scope
from kesher.segments.words import Words, label

if TYPE_CHECKING:
    from kesher.segments.reading import Reader


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer about one person at one moment, and when it could change with no new event (None: never)."""

    holds: bool
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What can change a rule's answer besides time: names of events, traits (the first step of a path), segments and
    lists (their keys), channels of consent, models of scores (their keys), and kinds of objects."""

    events: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()

    def __or__(self, other: Dependencies) -> Dependencies:
        return Dependencies(
            self.events | other.events,
            self.traits | other.traits,
            self.segments | other.segments,
            self.lists | other.lists,
            self.consents | other.consents,
            self.scores | other.scores,
            self.objects | other.objects,
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a leaf names and that must exist: `kind` is segment, list, topic, score, object, stage (its
    key is `score/stage`), or what a higher room registered (template, journey, broadcast); `field` is the leaf's."""

    kind: str
    key: str
    field: str


class Node:
    """A rule, or a part of one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NotOf(Node):
    """The part does not hold."""

    part: Node


class Leaf(Node, ABC):
    """One question about a person: a class each, in one file, registered under its `head`.

    Both evaluators must give the same answer for every history: `compile` for PostgreSQL, `evaluate` in memory. Each
    also says when that answer could change although nothing happens; too early is only a wasted look, too late is a
    wrong membership.
    """

    __slots__ = ()
    head: ClassVar[str]
    """The JSON field that names this kind of leaf."""
    label: ClassVar[Text]
    help: ClassVar[Text]
    form: ClassVar[tuple[FormField, ...]]
    """The fields of its JSON, for the builder: see `vocabulary`."""

    @classmethod
    @abstractmethod
    def parse(cls, reader: Reader) -> Node:
        """The leaf of a JSON object (or a few leaves that all must hold); problems are raised through the reader."""

    @abstractmethod
    def compile(self, scope: Scope) -> LeafSql:
        """The leaf as SQL over the profile's alias."""

    @abstractmethod
    def evaluate(self, person: Person, now: datetime) -> Verdict:
        """The answer in memory."""

    @abstractmethod
    def dependencies(self) -> Dependencies:
        """What else than time can change the answer."""

    def looks_back(self) -> timedelta | None:
        """How long before now the oldest event lies that can decide the answer; None: as far as the log goes."""
        return None

    def says(self) -> Words:
        """The leaf in words, as its author would say it."""
        return label(self.label)

    def found(self, person: Person, now: datetime) -> Found:
        """What decided the answer about the person."""
        return Found()

    def filters(self) -> tuple[Node, ...]:
        """The property filters within the leaf: they count towards a rule's size."""
        return ()

    def references(self) -> tuple[Reference, ...]:
        """What must exist in the workspace for the leaf to mean anything."""
        return ()


Rule = Node

"""Being in a segment or on a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.reading import Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Reference, Scope, Verdict
from kesher.segments.words import Words, phrase, quoted


@dataclass(frozen=True, slots=True)
class SegmentLeaf(Leaf):
    """`{"segment": "vip"}`: the person is in the segment now."""

    head: ClassVar[str] = "segment"
    label: ClassVar[Text] = Text(en="Segment", he="סגמנט")
    help: ClassVar[Text] = Text(en="The person is in another segment.", he="האדם נמצא בסגמנט אחר.")
    form = (FormField("segment", "reference", Text(en="Segment", he="סגמנט"), required=True, of="segment"),)
    key: str

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        return cls(reader.text(cls.head))

    def compile(self, scope: Scope) -> LeafSql:
        # The key becomes an id once per statement, not once per profile.
        return LeafSql(
            f"EXISTS (SELECT FROM segments_membership m WHERE m.profile_id = {scope.profile}.id AND m.segment_id ="
            f" (SELECT g.id FROM segments_segment g WHERE g.workspace_id = {scope.workspace}"
            f" AND g.key = {scope.bind(self.key, 'text')}))"
        )

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        return Verdict(self.key in person.segments)

    def says(self) -> Words:
        return phrase("is in the segment {key}", "נמצא בסגמנט {key}", key=quoted(self.key))

    def found(self, person: Person, now: datetime) -> Found:
        return Found(sorted(person.segments) or None)

    def dependencies(self) -> Dependencies:
        return Dependencies(segments=frozenset({self.key}))

    def references(self) -> tuple[Reference, ...]:
        return (Reference("segment", self.key, self.head),)


@dataclass(frozen=True, slots=True)
class ListLeaf(Leaf):
    """`{"list": "newsletter"}`: the person is on the list now."""

    head: ClassVar[str] = "list"
    label: ClassVar[Text] = Text(en="List", he="רשימה")
    help: ClassVar[Text] = Text(en="The person is on a list.", he="האדם נמצא ברשימה.")
    form = (FormField("list", "reference", Text(en="List", he="רשימה"), required=True, of="list"),)
    key: str

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        return cls(reader.text(cls.head))

    def compile(self, scope: Scope) -> LeafSql:
        return LeafSql(
            f"EXISTS (SELECT FROM segments_list_member m WHERE m.profile_id = {scope.profile}.id AND m.list_id ="
            f" (SELECT g.id FROM segments_list g WHERE g.workspace_id = {scope.workspace}"
            f" AND g.key = {scope.bind(self.key, 'text')}))"
        )

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        return Verdict(self.key in person.lists)

    def says(self) -> Words:
        return phrase("is on the list {key}", "נמצא ברשימה {key}", key=quoted(self.key))

    def found(self, person: Person, now: datetime) -> Found:
        return Found(sorted(person.lists) or None)

    def dependencies(self) -> Dependencies:
        return Dependencies(lists=frozenset({self.key}))

    def references(self) -> tuple[Reference, ...]:
        return (Reference("list", self.key, self.head),)

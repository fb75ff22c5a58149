"""A trait of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from kesher.kernel.forms import FormField
from kesher.kernel.text import Text
from kesher.segments.conditions import Condition, condition_form, parse_condition
from kesher.segments.paths import Path, parse_path
from kesher.segments.reading import Mistake, Reader
from kesher.segments.types import Dependencies, Found, Leaf, LeafSql, Person, Scope, Verdict
from kesher.segments.words import Words, phrase, quoted


def trait_sql(path: Path, scope: Scope) -> tuple[str, Path]:
    """The jsonb expression in which a trait lies, and the path within it (no steps: the expression itself)."""
    if path.first in scope.columns and len(path.steps) == 1 and path.single:
        return f"to_jsonb({scope.profile}.{path.first})", Path(())
    return scope.traits, path


def parse_single(reader: Reader, name: str) -> Path:
    """The path of a field that must lead to one value."""
    path = parse_path(reader.value(name), reader.place(name))
    if not path.single:
        raise Mistake(reader.place(name), "This must lead to one value.", "הנתיב חייב להוביל לערך אחד.")
    return path


def found_at(path: Path, person: Person) -> Found:
    """The value of a trait, or its values, for an explanation."""
    values = path.values(person.traits)
    return Found(values if len(values) > 1 else next(iter(values), None))


_HOLDS, _HOLDS_NOT = Verdict(True), Verdict(False)
"""Time alone never changes what a trait says."""


@dataclass(frozen=True, slots=True)
class TraitLeaf(Leaf):
    """`{"trait": "city", "op": "eq", "value": "Haifa"}`; `as` says the kind (text, number, bool, date, datetime).

    A missing trait meets no condition, `ne` included: “not eq” is how to ask for “another, or none”.
    """

    head: ClassVar[str] = "trait"
    label: ClassVar[Text] = Text(en="Trait", he="מאפיין")
    help: ClassVar[Text] = Text(
        en="Compares a trait of the person. A missing trait meets no condition.",
        he="משווה מאפיין של האדם. מאפיין חסר אינו מקיים שום תנאי.",
    )
    form = (FormField("trait", "trait", Text(en="Trait", he="מאפיין"), required=True), *condition_form())
    path: Path
    condition: Condition

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        return cls(parse_path(reader.value(cls.head), reader.place(cls.head)), parse_condition(reader))

    def compile(self, scope: Scope) -> LeafSql:
        column, path = trait_sql(self.path, scope)
        return LeafSql(path.any_sql(column, scope, lambda x: self.condition.sql(x, scope)))

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        holds = self.condition.holds
        for value in self.path.values(person.traits):
            if holds(value):
                return _HOLDS
        return _HOLDS_NOT

    def says(self) -> Words:
        return phrase("{trait} {test}", "{trait} {test}", trait=quoted(str(self.path)), test=self.condition.says())

    def found(self, person: Person, now: datetime) -> Found:
        return found_at(self.path, person)

    def dependencies(self) -> Dependencies:
        return Dependencies(traits=frozenset({self.path.first}))

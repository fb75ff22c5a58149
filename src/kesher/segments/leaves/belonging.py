"""What the person belongs to: a company, a course, any object one relation away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.bounds import COUNT_FORM, Bounds, parse_bounds
from kesher.segments.compiling import holds_sql, verdict_sql
from kesher.segments.conditions import condition_form, filters_say
from kesher.segments.evaluating import evaluate
from kesher.segments.leaves.anniversary import AnniversaryLeaf
from kesher.segments.leaves.location import LocationLeaf
from kesher.segments.leaves.relative_date import RelativeDateLeaf
from kesher.segments.leaves.trait import TraitLeaf
from kesher.segments.moments import earliest
from kesher.segments.parsing import dependencies_of, parse_parts
from kesher.segments.reading import Reader
from kesher.segments.types import (
    AllOf,
    Belonging,
    Dependencies,
    Found,
    Leaf,
    LeafSql,
    Person,
    Reference,
    Rows,
    Rule,
    Scope,
    Verdict,
    one_of,
)
from kesher.segments.words import Words, phrase, quoted

_ZONE = "timezone"


@dataclass(frozen=True, slots=True)
class _AttributeLeaf(TraitLeaf):
    """`{"attribute": "plan", "op": "eq", "value": "pro"}`: a trait's condition, of an object."""

    head: ClassVar[str] = "attribute"
    label: ClassVar[Text] = Text(en="Attribute", he="מאפיין של האובייקט")
    help: ClassVar[Text] = Text(
        en="Compares an attribute of the object. A missing one meets no condition.",
        he="משווה מאפיין של האובייקט. מאפיין חסר אינו מקיים שום תנאי.",
    )
    form = (FormField("attribute", "attribute", Text(en="Attribute", he="מאפיין"), required=True), *condition_form())


_ABOUT_OBJECTS: Mapping[str, type[Leaf]] = {
    leaf.head: leaf for leaf in (_AttributeLeaf, RelativeDateLeaf, AnniversaryLeaf, LocationLeaf)
}
"""What may stand in `where`. Days are those of the person's time zone."""


@dataclass(frozen=True, slots=True)
class BelongingLeaf(Leaf):
    """`{"object": "company", "role": "admin", "where": [{"attribute": "plan", "op": "eq", "value": "pro"}]}`.

    How many objects of the kind the person belongs to (in the role, when one is given) of which every part of `where`
    holds: `attribute`, `date`, `anniversary`, `location`, and `all`, `any`, `not` of them. Without `op` and `value` it
    is “at least one”; “none” is `eq` 0.
    """

    head: ClassVar[str] = "object"
    label: ClassVar[Text] = Text(en="Company or other object", he="חברה או אובייקט אחר")
    help: ClassVar[Text] = Text(
        en="The person belongs to a company or another object with these attributes.",
        he="האדם קשור לחברה או לאובייקט אחר בעלי מאפיינים אלה.",
    )
    form = (
        FormField("object", "reference", Text(en="Kind", he="סוג"), required=True, of="object"),
        FormField("role", "text", Text(en="In the role", he="בתפקיד")),
        FormField(
            "where",
            "parts",
            Text(en="Where", he="כאשר"),
            choices=tuple(Choice(head, leaf.label) for head, leaf in _ABOUT_OBJECTS.items()),
            fields=_AttributeLeaf.form,
        ),
        replace(COUNT_FORM[0], label=Text(en="How many", he="כמה")),
        replace(COUNT_FORM[1], label=Text(en="Number", he="מספר")),
    )
    """`parts` are leaves of the kinds in its choices, and all, any, not of them; `fields` are those of `attribute`,
    which stands nowhere else."""
    kind: str
    role: str | None
    where: Rule | None
    bounds: Bounds

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        kind = reader.text(cls.head)
        role = reader.text("role") if reader.has("role") else None
        where = None
        if reader.has("where"):
            where = parse_parts(reader.items("where"), reader.place("where"), _ABOUT_OBJECTS)
        return cls(kind, role, where, parse_bounds(reader))

    def compile(self, scope: Scope) -> LeafSql:
        rows = _BelongingRows(scope, self)
        return LeafSql(self.bounds.sql("s.n", scope), "s.at" if self._timed() else None, rows)

    def _timed(self) -> bool:
        return self.where is not None and _ZONE in dependencies_of(self.where).traits

    def evaluate(self, person: Person, now: datetime) -> Verdict:
        verdicts = [verdict for _, verdict in self._verdicts(person, now)]
        n = sum(verdict.holds for verdict in verdicts)
        return Verdict(self.bounds.allow(n), earliest(*(verdict.changes_at for verdict in verdicts)))

    def _verdicts(self, person: Person, now: datetime) -> list[tuple[Belonging, Verdict]]:
        """Of each object of the kind and role, whether it meets the conditions."""
        return [
            (each, Verdict(True) if self.where is None else evaluate(self.where, _seen_as(each, person), now=now))
            for each in person.objects
            if each.kind == self.kind and self.role in (None, each.role)
        ]

    def says(self) -> Words:
        role = phrase(" as {role}", " בתפקיד {role}", role=quoted(self.role)) if self.role else Words("", "")
        where = Words("", "")
        if self.where is not None:
            where = phrase(" where {where}", " שבו {where}", where=filters_say(self.where))
        parts = {"kind": quoted(self.kind), "role": role, "where": where}
        if self.bounds == Bounds(1, None):
            return phrase("belongs to a {kind}{role}{where}", "קשור לאובייקט מסוג {kind}{role}{where}", **parts)
        if self.bounds in (Bounds(0, 0), Bounds(1, None, inside=False)):
            return phrase(
                "belongs to no {kind}{role}{where}", "אינו קשור לשום אובייקט מסוג {kind}{role}{where}", **parts
            )
        return phrase(
            "the number of {kind} objects the person belongs to{role}{where}: {n}",
            "מספר האובייקטים מסוג {kind} שהאדם קשור אליהם{role}{where}: {n}",
            n=self.bounds.says_number(),
            **parts,
        )

    def found(self, person: Person, now: datetime) -> Found:
        return Found([each.key for each, verdict in self._verdicts(person, now) if verdict.holds] or None)

    def filters(self) -> tuple[Rule, ...]:
        return () if self.where is None else (self.where,)

    def attributes(self) -> frozenset[str]:
        """The names of the attributes that it asks about."""
        return frozenset() if self.where is None else dependencies_of(self.where).traits - {_ZONE}

    def dependencies(self) -> Dependencies:
        return Dependencies(objects=frozenset({self.kind}), traits=frozenset({_ZONE} if self._timed() else ()))

    def references(self) -> tuple[Reference, ...]:
        return (Reference("object", self.kind, self.head),)


def _seen_as(each: Belonging, person: Person) -> Person:
    """An object as the leaves about traits see it: in the person's time zone."""
    return Person(person.profile_id, each.attributes, person.zone, person.workspace_zone)


class _BelongingRows(Rows):
    """Of a person's objects of one kind: how many meet the conditions (`n`), and when one of them may begin or cease
    to (`at`)."""

    reads_log = False

    def __init__(self, scope: Scope, leaf: BelongingLeaf) -> None:
        relation, thing, reader = scope.alias("r"), scope.alias("o"), scope.alias("q")
        traits = f"{thing}.attributes"
        self._profile, self._relation, self._reader = f"{scope.profile}.id", f"{relation}.profile_id", reader
        role = "" if leaf.role is None else f" AND {relation}.role = {scope.bind(leaf.role, 'text')}"
        self._from = (
            f"profiles_relation {relation} JOIN profiles_object {thing} ON {thing}.id = {relation}.object_id"
            f" AND {thing}.removed_at IS NULL AND {thing}.kind = {scope.bind(leaf.kind, 'text')}{role}"
        )
        self._workspace = f"{relation}.workspace_id"
        where = leaf.where or AllOf(())
        self._verdict = verdict_sql(where, scope.about(traits, profile=scope.profile)) if leaf.where else ""
        self._holds = holds_sql(where, scope.about(traits, profile=reader)) if leaf.where else ""

    def select(self, now: str) -> str:
        mine = f"WHERE {self._relation} = {self._profile}"
        if not self._verdict:
            return f"SELECT count(*) AS n, NULL::timestamptz AS at FROM {self._from} {mine}"
        return (
            "SELECT count(*) FILTER (WHERE v.holds) AS n, min(v.changes_at) AS at"
            f" FROM {self._from} CROSS JOIN LATERAL ({self._verdict}) AS v {mine}"
        )

    def grouped(self, now: str, workspace: str, among: str = "") -> str:
        # The person is joined for her time zone alone; PostgreSQL asks of the objects what it can before that.
        reader = f" JOIN profiles_profile {self._reader} ON {self._reader}.id = {self._relation}"
        zoned = reader if f"{self._reader}." in self._holds else ""
        conditions = [f"{self._workspace} = {workspace}", *one_of(self._relation, among)]
        conditions += [self._holds] if self._holds else []
        return (
            f"SELECT {self._relation} AS profile_id, count(*) AS n, NULL::timestamptz AS at FROM {self._from}{zoned}"
            f" WHERE {' AND '.join(conditions)} GROUP BY {self._relation}"
        )

    def names(self) -> Iterable[str]:
        return ("n", "at")

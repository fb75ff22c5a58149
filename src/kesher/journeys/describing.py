"""Node types, kinds of entry and the journey's own settings, for a canvas that draws itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kesher.journeys.definition.reading import ATTRIBUTION, EXIT, GOAL, HOLDOUT, ON_ERROR, PRIORITY, REENTRY
from kesher.journeys.fields import Field, Items, NameKind, Record, RuleKind, Target
from kesher.journeys.fields.forms import form_of
from kesher.journeys.nodes.base import Category, NodeType
from kesher.journeys.registry import entry_kinds, node_types
from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text

CATEGORIES = (
    Choice(Category.MESSAGE, Text(en="Messages", he="הודעות")),
    Choice(Category.WAIT, Text(en="Waits", he="המתנות")),
    Choice(Category.SPLIT, Text(en="Splits", he="פיצולים")),
    Choice(Category.DATA, Text(en="What is known of the person", he="מידע על האדם")),
    Choice(Category.CONNECT, Text(en="Other systems", he="מערכות אחרות")),
    Choice(Category.FLOW, Text(en="Flow", he="מהלך")),
)
_RULE = Field("rule", RuleKind(), Text(en="And the person", he="והאדם"))
_JOURNEY = (
    Field("name", NameKind(), Text(en="Name", he="שם"), required=True),
    HOLDOUT,
    PRIORITY,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way out of a node. It leads where the field at `path` says; `each` item of a list has its own way, which is
    called as the item's `name` (then `name` is empty)."""

    name: str
    path: str
    label: Text
    each: bool = False


@dataclass(frozen=True, slots=True)
class NodeForm:
    """A node type for the palette and for the form beside the canvas."""

    key: str
    name: Text
    about: Text
    category: str
    icon: str
    outcomes: Sequence[Outcome]
    fields: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class EntryForm:
    """A kind of entry: the entry that has the field `key` is of this kind."""

    key: str
    name: Text
    about: Text
    icon: str
    fields: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class JourneyForm:
    """The forms of a journey itself: its own settings, re-entry, goal and each exit."""

    categories: Sequence[Choice]
    settings: Sequence[FormField]
    reentry: Sequence[FormField]
    goal: Sequence[FormField]
    attribution: Sequence[FormField]
    exit: Sequence[FormField]


def list_node_types() -> list[NodeForm]:
    """The node types with their texts, outcomes and fields."""
    return [
        NodeForm(
            node.key,
            node.name,
            node.about,
            node.category,
            node.icon,
            tuple(_outcomes(node)),
            form_of(_fields_of(node)),
        )
        for node in node_types().values()
    ]


def list_entry_kinds() -> list[EntryForm]:
    """The kinds of entry with their texts and fields; each may also have a rule over the person."""
    return [
        EntryForm(kind.key, kind.name, kind.about, kind.icon, form_of((*kind.fields, _RULE)))
        for kind in entry_kinds().values()
    ]


def get_journey_form() -> JourneyForm:
    """What is set for a journey as a whole."""
    return JourneyForm(
        categories=CATEGORIES,
        settings=form_of(_JOURNEY),
        reentry=form_of(REENTRY),
        goal=form_of(GOAL),
        attribution=form_of(ATTRIBUTION),
        exit=form_of(EXIT),
    )


def _fields_of(node: NodeType) -> tuple[Field, ...]:
    return (*node.fields, ON_ERROR) if node.fails else node.fields


def _outcomes(node: NodeType) -> Iterator[Outcome]:
    for each in node.fields:
        if isinstance(each.kind, Target):
            yield Outcome(node.outcomes.get(each.written, each.written), each.written, each.label)
        elif isinstance(each.kind, Items):
            yield from _outcomes_of_items(each, each.kind.record)
    if node.fails:
        yield Outcome("error", ON_ERROR.written, ON_ERROR.label)


def _outcomes_of_items(field: Field, record: Record) -> Iterator[Outcome]:
    for each in record.fields:
        if isinstance(each.kind, Target):
            yield Outcome("", f"{field.written}[].{each.written}", each.label, each=True)

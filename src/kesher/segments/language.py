"""The rule language described for a builder: what may be asked, with which fields, in both languages.

Nothing is listed here by hand: leaves, measures and operators are those of the registers, each with its own form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.conditions import KINDS, MAX_FILTER_DEPTH, condition_form
from kesher.segments.measures import MEASURES
from kesher.segments.operators import OPERATORS
from kesher.segments.parsing import MAX_DEPTH, MAX_LEAVES
from kesher.segments.registry import leaf_kinds

_GROUPS = (
    Choice("all", Text(en="All of these", he="כל אלה")),
    Choice("any", Text(en="At least one of these", he="לפחות אחד מאלה")),
    Choice("not", Text(en="Not this", he="לא זה")),
)
_FILTERS = (
    FormField("property", "property", Text(en="Property", he="מאפיין"), required=True),
    *condition_form(),
)
_ITEMS = (
    FormField("items", "property", Text(en="One of the items of", he="אחד הפריטים של"), required=True),
    FormField("where", "filters", Text(en="Has", he="מקיים"), required=True),
)


@dataclass(frozen=True, slots=True)
class LeafForm:
    """A kind of leaf: `key` is the field that names it."""

    key: str
    label: Text
    help: Text
    fields: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class OperatorForm:
    """A comparison: the kinds of values that it reads, and what it compares with (nothing, one, pair or many)."""

    key: str
    label: Text
    kinds: Sequence[str]
    arity: str


@dataclass(frozen=True, slots=True)
class MeasureForm:
    """What an event leaf can measure, with the fields that the leaf has then beside its own."""

    key: str
    label: Text
    fields: Sequence[FormField]


@dataclass(frozen=True, slots=True)
class RuleLanguage:
    """The whole language. `filters` and `items` are the fields of the two kinds of filter over an event's
    properties."""

    groups: Sequence[Choice]
    leaves: Sequence[LeafForm]
    operators: Sequence[OperatorForm]
    measures: Sequence[MeasureForm]
    kinds: Sequence[Choice]
    filters: Sequence[FormField]
    items: Sequence[FormField]
    most_depth: int = MAX_DEPTH
    most_leaves: int = MAX_LEAVES
    most_filter_depth: int = MAX_FILTER_DEPTH


def describe_language() -> RuleLanguage:
    """Everything that a rule may say."""
    return RuleLanguage(
        groups=_GROUPS,
        leaves=[LeafForm(key, leaf.label, leaf.help, leaf.form) for key, leaf in leaf_kinds().items()],
        operators=[
            OperatorForm(key, operator.label, sorted(operator.kinds), operator.arity)
            for key, operator in OPERATORS.items()
        ],
        measures=[
            MeasureForm(key, label, measure.form)
            for measure in dict.fromkeys(MEASURES.values())
            for key, label in measure.names.items()
        ],
        kinds=[Choice(kind, label) for kind, label in KINDS.items()],
        filters=_FILTERS,
        items=_ITEMS,
    )

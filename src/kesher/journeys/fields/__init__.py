"""The fields of a definition: each has a kind that reads it, names its mistakes and writes it back."""

from kesher.journeys.fields.given import TAKEN, ContextName, Given, Values, resolve
from kesher.journeys.fields.kinds import (
    Boolean,
    Choice,
    Currency,
    DateKind,
    Days,
    DurationKind,
    Integer,
    Items,
    Key,
    LocalTime,
    Names,
    NodeName,
    OffsetKind,
    Record,
    Target,
    Words,
)
from kesher.journeys.fields.kinds import Name as NameKind
from kesher.journeys.fields.place import Field, Kind, Place, Reading, read_fields, write_fields
from kesher.journeys.fields.rules import RuleKind, RuleValue, Where, WhereValue
from kesher.journeys.fields.share import Share

__all__ = [
    "TAKEN",
    "Boolean",
    "Choice",
    "ContextName",
    "Currency",
    "DateKind",
    "Days",
    "DurationKind",
    "Field",
    "Given",
    "Integer",
    "Items",
    "Key",
    "Kind",
    "LocalTime",
    "NameKind",
    "Names",
    "NodeName",
    "OffsetKind",
    "Place",
    "Reading",
    "Record",
    "RuleKind",
    "RuleValue",
    "Share",
    "Target",
    "Values",
    "Where",
    "WhereValue",
    "Words",
    "read_fields",
    "resolve",
    "write_fields",
]

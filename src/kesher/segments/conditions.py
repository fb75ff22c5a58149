"""A comparison with its operand (`op`, `as`, `value`), and filters over an event's properties made of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kesher.kernel.forms import Choice, FormField
from kesher.kernel.text import Text
from kesher.segments.moments import read_date, read_moment
from kesher.segments.operators import OPERATORS, Arity, Kind, Operand, number_of
from kesher.segments.paths import Path, parse_path
from kesher.segments.reading import Mistake, Reader, checked_text, unknown
from kesher.segments.types import AllOf, AnyOf, Leaf, Node, NotOf, Scope
from kesher.segments.words import Words, attached, joined, label, phrase, quoted
from kesher.segments.words import value as said

MAX_VALUES = 1_000
KINDS: dict[Kind, Text] = {
    Kind.TEXT: Text(en="text", he="טקסט"),
    Kind.NUMBER: Text(en="number", he="מספר"),
    Kind.BOOL: Text(en="true or false", he="אמת או שקר"),
    Kind.DATE: Text(en="date", he="תאריך"),
    Kind.DATETIME: Text(en="date and time", he="תאריך ושעה"),
}


def condition_form(
    ops: Collection[str] = OPERATORS.keys(), kinds: Collection[Kind] = KINDS.keys()
) -> tuple[FormField, ...]:
    """The fields of a comparison: an operator, what it compares with, and how both sides are read. The shape of a
    `value` follows from the operator's arity, and its kind from `as`."""
    compared = tuple(op for op in ops if OPERATORS[op].arity is not Arity.NOTHING)
    return (
        FormField(
            "op",
            "choice",
            Text(en="Condition", he="תנאי"),
            required=True,
            choices=tuple(Choice(op, OPERATORS[op].label) for op in ops),
        ),
        FormField("value", "value", Text(en="Value", he="ערך"), required=True, when={"op": compared}),
        FormField(
            "as",
            "choice",
            Text(en="Read as", he="לקרוא בתור"),
            choices=tuple(Choice(kind, KINDS[kind]) for kind in KINDS if kind in kinds),
            when={"op": compared},
        ),
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator and what it compares with. A missing value, or JSON null, meets no condition."""

    op: str
    operand: Operand

    def says(self) -> Words:
        """“is at least 3”."""
        operator = OPERATORS[self.op]
        values = self.operand.values
        if operator.arity is Arity.NOTHING:
            return label(operator.label)
        if operator.arity is Arity.PAIR:
            low, high = values
            return phrase(
                "{op} {low} and {high}", "{op} {low} ל־{high}", op=label(operator.label), low=said(low), high=said(high)
            )
        shown = said(values) if operator.arity is Arity.MANY else said(values[0])
        return attached(label(operator.label), shown)

    def holds(self, value: Any) -> bool:
        """Whether a JSON value meets the condition."""
        return value is not None and OPERATORS[self.op].holds(value, self.operand)

    def sql(self, x: str, scope: Scope) -> str:
        """The same over a jsonb expression."""
        return OPERATORS[self.op].sql(x, self.operand, scope)


@dataclass(frozen=True, slots=True)
class PropertyFilter(Node):
    """Any value at a path into an event's properties meets a condition."""

    path: Path
    condition: Condition

    def holds(self, properties: Any) -> bool:
        """Whether these properties pass."""
        return any(self.condition.holds(value) for value in self.path.values(properties))

    def sql(self, column: str, scope: Scope) -> str:
        """The same over a jsonb column."""
        return self.path.any_sql(column, scope, lambda x: self.condition.sql(x, scope))


@dataclass(frozen=True, slots=True)
class ItemsFilter(Node):
    """One and the same item at a path into an event's properties passes every filter: a product that is dairy and
    costs over 20, not a dairy product and another that costs over 20."""

    path: Path
    where: Node

    def holds(self, properties: Any) -> bool:
        """Whether such an item is there."""
        return any(filters_hold(self.where, item) for item in self.path.values(properties))

    def sql(self, column: str, scope: Scope) -> str:
        """The same over a jsonb column."""
        items, item = self.path.rows(column, scope)
        test = filters_sql(self.where, item, scope)
        return f"EXISTS (SELECT FROM {', '.join(items)} WHERE jsonb_typeof({item}) <> 'null' AND {test})"


def parse_condition(reader: Reader, default_kind: Kind | None = None) -> Condition:
    """The `op`, `value` and `as` of a JSON object; `as` is the kind, told by the value when it is not given."""
    op = reader.choice("op", OPERATORS)
    operator = OPERATORS[op]
    if operator.arity is Arity.NOTHING:
        return Condition(op, Operand(Kind.TEXT))
    given = reader.value("value")
    place = reader.place("value")
    raw = [given] if operator.arity is Arity.ONE else _several(given, place, operator.arity)
    kind = _kind(reader, raw[0], place, default_kind)
    if kind not in operator.kinds:
        names = ", ".join(sorted(operator.kinds))
        raise Mistake(place, f"“{op}” works with: {names}.", f"”{op}“ פועל על: {names}.")
    values = tuple(
        _typed(kind, value, place if operator.arity is Arity.ONE else f"{place}[{position}]")
        for position, value in enumerate(raw)
    )
    for value in values:
        if mistake := operator.mistake(value, place):
            raise mistake
    if operator.arity is Arity.PAIR and values[0] > values[1]:
        raise Mistake(place, "The first value must not be above the second.", "הערך הראשון אינו יכול לעלות על השני.")
    return Condition(op, Operand(kind, values))


def _several(given: Any, place: str, arity: Arity) -> list[Any]:
    if arity is Arity.PAIR and (not isinstance(given, list) or len(given) != 2):
        raise Mistake(place, "This must be an array of two values.", "כאן צריך לבוא מערך של שני ערכים.")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_VALUES:
        raise Mistake(
            place,
            f"This must be an array of 1 to {MAX_VALUES} values.",
            f"כאן צריך לבוא מערך של 1 עד {MAX_VALUES} ערכים.",
        )
    return given


def _kind(reader: Reader, first: Any, place: str, default: Kind | None) -> Kind:
    if reader.has("as"):
        return Kind(reader.choice("as", [kind.value for kind in Kind]))
    if default is not None:
        return default
    if isinstance(first, bool):
        return Kind.BOOL
    if isinstance(first, str):
        return Kind.TEXT
    if isinstance(first, int | float | Decimal):
        return Kind.NUMBER
    raise Mistake(place, "This must be a text, a number, or true or false.", "כאן צריך לבוא טקסט, מספר, או אמת או שקר.")


_WANTED = {
    Kind.NUMBER: ("This must be a number.", "כאן צריך לבוא מספר."),
    Kind.BOOL: ("This must be true or false.", "כאן צריך לבוא true או false."),
    Kind.DATE: ("This must be a date such as 2026-01-31.", "כאן צריך לבוא תאריך, למשל 2026-01-31."),
    Kind.DATETIME: (
        "This must be a time with its zone, such as 2026-01-31T09:30:00+02:00.",
        "כאן צריך לבוא זמן עם אזור זמן, למשל 2026-01-31T09:30:00+02:00.",
    ),
}


def _typed(kind: Kind, value: Any, place: str) -> Any:
    typed: Any = None
    if kind is Kind.TEXT:
        return checked_text(value, place)
    if kind is Kind.NUMBER:
        typed = number_of(value)
    elif kind is Kind.BOOL:
        typed = value if isinstance(value, bool) else None
    elif isinstance(value, str):
        typed = read_date(value) if kind is Kind.DATE else read_moment(value)
    if typed is None:
        raise Mistake(place, *_WANTED[kind])
    return typed


def parse_filters(source: Any, path: str) -> Node:
    """Filters over properties: an array (all must pass) of `{"property", "op", "value"}`, of all/any/not of them, and
    of `{"items": "products[]", "where": [...]}`, which one and the same item must pass."""
    return _parse_filters(source, path, 1)


def _parse_filters(source: Any, path: str, depth: int) -> Node:
    if not isinstance(source, list) or not source:
        raise Mistake(path, "This must be an array with at least one filter.", "כאן צריך לבוא מערך עם מסנן אחד לפחות.")
    return AllOf(tuple(_parse_filter(item, f"{path}[{position}]", depth) for position, item in enumerate(source)))


_HEADS = ("property", "items", "all", "any", "not")
MAX_FILTER_DEPTH = 10


def _parse_filter(source: Any, path: str, depth: int) -> Node:
    if depth > MAX_FILTER_DEPTH:
        raise Mistake(path, f"More than {MAX_FILTER_DEPTH} levels.", f"יותר מ־{MAX_FILTER_DEPTH} רמות.")
    reader = Reader(source, path)
    head = next((name for name in _HEADS if reader.has(name)), None)
    if head is None:
        raise unknown(path, next(iter(source), ""), _HEADS)
    if head == "not":
        node: Node = NotOf(_parse_filter(reader.value("not"), reader.place("not"), depth + 1))
    elif head == "property":
        filtered = parse_path(reader.value("property"), reader.place("property"))
        node = PropertyFilter(filtered, parse_condition(reader))
    elif head == "items":
        each = parse_path(reader.value("items"), reader.place("items"))
        if not each.steps[-1][1]:
            raise Mistake(
                reader.place("items"),
                "This must lead to the items of an array, such as products[].",
                "הנתיב חייב להוביל לפריטים של מערך, למשל products[].",
            )
        node = ItemsFilter(each, _parse_filters(reader.value("where"), reader.place("where"), depth + 1))
    else:
        items = enumerate(reader.items(head))
        parts = tuple(_parse_filter(item, f"{reader.place(head)}[{n}]", depth + 1) for n, item in items)
        node = AllOf(parts) if head == "all" else AnyOf(parts)
    reader.finish()
    return node


def filters_hold(filters: Node, properties: Any) -> bool:
    """Whether an event's properties pass the filters."""
    match filters:
        case AllOf(parts):
            return all(filters_hold(part, properties) for part in parts)
        case AnyOf(parts):
            return any(filters_hold(part, properties) for part in parts)
        case NotOf(part):
            return not filters_hold(part, properties)
        case PropertyFilter() | ItemsFilter():
            return filters.holds(properties)
    raise TypeError(f"not a property filter: {filters!r}")


def filters_say(filters: Node) -> Words:
    """The filters in words."""
    match filters:
        case AllOf(parts):
            return joined([filters_say(part) for part in parts], " and ", " וגם ")
        case AnyOf(parts):
            inner = joined([filters_say(part) for part in parts], " or ", " או ")
            return phrase("({inner})", "({inner})", inner=inner)
        case NotOf(part):
            return phrase("not ({inner})", "לא ({inner})", inner=filters_say(part))
        case ItemsFilter(path, where):
            return phrase(
                "one of {path} has {where}",
                "לאחד מ־{path} יש {where}",
                path=quoted(str(path)),
                where=filters_say(where),
            )
        case PropertyFilter(path, condition):
            return phrase("{path} {test}", "{path} {test}", path=quoted(str(path)), test=condition.says())
        case Leaf():
            return filters.says()
    raise TypeError(f"not a property filter: {filters!r}")


def filters_sql(filters: Node, column: str, scope: Scope) -> str:
    """The same over a jsonb column: a boolean, never NULL."""
    match filters:
        case AllOf(parts):
            return "(" + " AND ".join(filters_sql(part, column, scope) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(filters_sql(part, column, scope) for part in parts) + ")"
        case NotOf(part):
            return f"(NOT {filters_sql(part, column, scope)})"
        case PropertyFilter() | ItemsFilter():
            return filters.sql(column, scope)
    raise TypeError(f"not a property filter: {filters!r}")

"""What differs between two definitions, in words. Drafts with mistakes are compared too, so this reads JSON as it is
written, with the fields' own labels; nothing here needs a definition to be right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kesher.journeys.definition.reading import EXIT, GOAL, ON_ERROR, REENTRY
from kesher.journeys.editing.words import duration_in_words, plain_in_words, quoted, value_in_words
from kesher.journeys.fields import Field, Items, NameKind, Record, RuleKind, Target
from kesher.journeys.fields.place import filled
from kesher.journeys.registry import EntryKind, entry_kinds, node_types
from kesher.journeys.types import Change
from kesher.kernel.text import Text

_NEW_JOURNEY = Text(en="The journey is new: {count} nodes.", he="המסע חדש: {count} צמתים.")
_JOURNEY = Text(en="Journey", he="המסע")
_NAME = Text(en="Name", he="שם")
_ENTRY = Text(en="Entry", he="כניסה")
_REENTRY = Text(en="Re-entry", he="כניסה חוזרת")
_GOAL = Text(en="Goal", he="מטרה")
_EXITS = Text(en="Exits", he="יציאות")
_EXIT = Text(en="Exit {number}", he="יציאה {number}")
_NODES = Text(en="Nodes", he="צמתים")
_NODE = Text(en="“{key}” ({type})", he="”{key}“ ({type})")
_ENTRY_KIND = Text(
    en="Entry: people now enter by “{new}” (before: “{old}”).", he="כניסה: נכנסים כעת לפי ”{new}“ (קודם: ”{old}“)."
)
_CHANGED = Text(en="{place}: {label} is now {new} (was {old}).", he="{place}: {label} – כעת {new} (קודם {old}).")
_SET = Text(en="{place}: {label} is now {new} (was not set).", he="{place}: {label} – כעת {new} (קודם לא הוגדר).")
_UNSET = Text(en="{place}: {label} is no longer set (was {old}).", he="{place}: {label} – כבר לא מוגדר (קודם {old}).")
_ITEM_ADDED = Text(en="{place}: {label} has a new item, {item}.", he="{place}: {label} – נוסף {item}.")
_ITEM_REMOVED = Text(en="{place}: {label} no longer has {item}.", he="{place}: {label} – הוסר {item}.")
_ITEMS_MOVED = Text(en="{place}: {label} come in another order.", he="{place}: {label} – הסדר השתנה.")
_WAIT = Text(
    en="The wait after “{before}” is now {new} (was {old}).", he="ההמתנה אחרי ”{before}“ היא כעת {new} (קודם {old})."
)
_WIRED = Text(
    en="After “{node}” people now go to {new} (before: {old}).", he="אחרי ”{node}“ ממשיכים כעת אל {new} (קודם: {old})."
)
_BRANCH_WIRED = Text(
    en="From “{node}” by “{way}” people now go to {new} (before: {old}).",
    he="מ־”{node}“ בדרך ”{way}“ ממשיכים כעת אל {new} (קודם: {old}).",
)
_START = Text(en="The journey now begins at {new} (before: {old}).", he="המסע מתחיל כעת ב־{new} (קודם: {old}).")
_ADDED = Text(en="{node} is new.", he="{node} – צומת חדש.")
_REMOVED = Text(en="{node} was removed.", he="{node} – הצומת הוסר.")
_RENAMED = Text(en="“{old}” is now called “{new}”.", he="”{old}“ נקרא כעת ”{new}“.")
_OTHERWISE = Text(en="{place} is now {new} (was {old}).", he="{place} – כעת {new} (קודם {old}).")
_JOINED = Text(en="{place}, {label}", he="{place}, {label}")
_TYPE = Text(en="“{key}” is now {new} (was {old}).", he="”{key}“ הוא כעת {new} (קודם {old}).")
_RULE = Field("rule", RuleKind(), Text(en="The person", he="האדם"))
_LAYOUT = Text(en="Things lie elsewhere on the canvas, or its notes changed.", he="הסידור על הלוח או הפתקים השתנו.")
_KNOWN = ("journey", "name", "entry", "reentry", "goal", "exit", "start", "nodes", "layout")


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a field is: its path, and what people call the place."""

    path: str
    words: Text
    node: str | None = None
    way: str | None = None
    before: str | None = None

    def under(self, name: str, words: Text | None = None, way: str | None = None) -> _Spot:
        path = f"{self.path}{name}" if name.startswith("[") else f"{self.path}.{name}"
        return _Spot(path, words or self.words, self.node, way or self.way)


def list_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """What `after` changes in `before`, in the order of a journey: name, entry, re-entry, goal, exits, nodes."""
    if before is None:
        return [Change("added", "", filled(_NEW_JOURNEY, count=len(_mapping(after.get("nodes")))))]
    name = Field("name", NameKind(), _NAME)
    changes = list(_field(_Spot("", _JOURNEY), name, before.get("name"), after.get("name")))
    changes += _told(_Spot("entry", _ENTRY), before.get("entry"), after.get("entry"), _entry)
    for key, words, fields in (("reentry", _REENTRY, REENTRY), ("goal", _GOAL, GOAL)):
        changes += _record(_Spot(key, words), fields, before.get(key), after.get(key))
    changes += _told(_Spot("exit", _EXITS), before.get("exit"), after.get("exit"), _exits)
    changes += _told(_Spot("nodes", _NODES), _graph(before), _graph(after), _nodes)
    if after.get("layout") is not None and before.get("layout") != after["layout"]:
        changes.append(Change("changed", "layout", _LAYOUT))
    return [*changes, *_others(_Spot("", _JOURNEY), before, after, _KNOWN)]


def _told(spot: _Spot, old: Any, new: Any, tell: Callable[[Any, Any], Iterator[Change]]) -> Iterator[Change]:
    """What `tell` says; where it finds no words for a difference (something is not what it should be), the values as
    they are written."""
    said = list(tell(old, new))
    if not said and old != new:
        said.append(_otherwise(spot, old, new))
    yield from said


def _others(spot: _Spot, old: Mapping[str, Any], new: Mapping[str, Any], known: Collection[str]) -> Iterator[Change]:
    """Fields that mean nothing here, or that are told elsewhere in no words of their own."""
    for key in sorted((old.keys() | new.keys()) - set(known)):
        if old.get(key) != new.get(key):
            words = filled(_JOINED, place=spot.words, label=quoted(key))
            yield _otherwise(_Spot(f"{spot.path}.{key}" if spot.path else key, words), old.get(key), new.get(key))


def _otherwise(spot: _Spot, old: Any, new: Any) -> Change:
    words = filled(_OTHERWISE, place=spot.words, new=plain_in_words(new), old=plain_in_words(old))
    return Change("changed", spot.path, words)


def renamed_nodes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """Nodes that went, by the key of a new one that is the same but for its key."""
    renamed: dict[str, str] = {}
    for old in before.keys() - after.keys():
        same = [new for new in after.keys() - before.keys() if after[new] == before[old]]
        if len(same) == 1 and same[0] not in renamed.values():
            renamed[old] = same[0]
    return renamed


def _entry(before: Any, after: Any) -> Iterator[Change]:
    was, is_now = _mapping(before), _mapping(after)
    old, new = (_kind_of(side) for side in (was, is_now))
    spot = _Spot("entry", _ENTRY)
    if old is not new and old and new:
        yield Change("changed", "entry", filled(_ENTRY_KIND, new=new.name, old=old.name))
    elif new or old:
        fields = (*(new or old).fields, _RULE)  # type: ignore[union-attr]
        yield from _record(spot, fields, was, is_now)
        return
    yield from _field(spot, _RULE, was.get("rule"), is_now.get("rule"))


def _kind_of(entry: Mapping[str, Any]) -> EntryKind | None:
    return next((kind for key, kind in entry_kinds().items() if key in entry), None)


def _exits(before: Any, after: Any) -> Iterator[Change]:
    was, is_now = _sequence(before), _sequence(after)
    for position in range(max(len(was), len(is_now))):
        old, new = (side[position] if position < len(side) else None for side in (was, is_now))
        spot = _Spot(f"exit[{position}]", filled(_EXIT, number=position + 1))
        yield from _record(spot, EXIT, old, new)


def _nodes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = _mapping(before.get("nodes")), _mapping(after.get("nodes"))
    renamed = renamed_nodes(old, new)
    first_old, first_new = _start(before), _start(after)
    if first_old != first_new and renamed.get(str(first_old)) != first_new:
        yield Change("wired", "start", filled(_START, new=quoted(first_new), old=quoted(first_old)))
    for key in old:
        if key in renamed:
            yield Change("renamed", f"nodes.{key}", filled(_RENAMED, old=key, new=renamed[key]))
        elif key not in new:
            yield Change("removed", f"nodes.{key}", filled(_REMOVED, node=_titled(key, old[key])))
    for key in new:
        if key in old:
            yield from _node(key, old[key], new[key], _before(key, new))
        elif key not in renamed.values():
            yield Change("added", f"nodes.{key}", filled(_ADDED, node=_titled(key, new[key])))


def _node(key: str, was: Any, is_now: Any, before: str | None) -> Iterator[Change]:
    old, new = _mapping(was), _mapping(is_now)
    node_type = node_types().get(str(new.get("type")))
    spot = _Spot(f"nodes.{key}", _titled(key, new), node=key, before=before)
    if old.get("type") != new.get("type"):
        yield Change("changed", spot.path, filled(_TYPE, key=key, new=_type_name(new), old=_type_name(old)))
    elif node_type is not None:
        yield from _record(spot, (*node_type.fields, ON_ERROR), was, is_now, ("type",))
    elif was != is_now:
        yield _otherwise(spot, was, is_now)


def _record(
    spot: _Spot, fields: Sequence[Field], before: Any, after: Any, others: Sequence[str] = ()
) -> Iterator[Change]:
    """Field by field; `others` are told elsewhere."""
    old, new = _mapping(before), _mapping(after)
    said: list[Change] = []
    for each in fields:
        was = old.get(each.written) if old.get(each.written) is not None else _plain(each.default)
        is_now = new.get(each.written) if new.get(each.written) is not None else _plain(each.default)
        said += _field(spot, each, was, is_now)
    said += _others(spot, old, new, {*(each.written for each in fields), *others})
    if not said and before != after:
        said.append(_otherwise(spot, before, after))
    yield from said


def _field(spot: _Spot, field: Field, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    inner = spot.under(field.written) if spot.path else _Spot(field.written, spot.words)
    kind = field.kind
    if isinstance(kind, Items):
        tell = partial(_items, inner, field, kind)
        yield from _told(_Spot(inner.path, filled(_JOINED, place=spot.words, label=field.label)), old, new, tell)
    elif isinstance(kind, Record):
        yield from _record(
            _Spot(inner.path, filled(_JOINED, place=spot.words, label=field.label)), kind.fields, old, new
        )
    elif isinstance(kind, Target) and spot.node is not None:
        yield Change("wired", inner.path, _wired(spot, field, old, new))
    elif field.written == "for" and spot.before is not None and old and new:
        words = filled(_WAIT, before=spot.before, new=duration_in_words(str(new)), old=duration_in_words(str(old)))
        yield Change("changed", inner.path, words)
    else:
        yield Change("changed", inner.path, _changed(spot, field, old, new))


def _changed(spot: _Spot, field: Field, old: Any, new: Any) -> Text:
    known = {"place": spot.words, "label": field.label}
    if old is None:
        return filled(_SET, **known, new=value_in_words(field.kind, new))
    if new is None:
        return filled(_UNSET, **known, old=value_in_words(field.kind, old))
    return filled(_CHANGED, **known, new=value_in_words(field.kind, new), old=value_in_words(field.kind, old))


def _wired(spot: _Spot, field: Field, old: Any, new: Any) -> Text:
    ways = {"new": value_in_words(field.kind, new), "old": value_in_words(field.kind, old)}
    way = spot.way or (field.written if field.written != "next" else None)
    if way is None:
        return filled(_WIRED, node=spot.node, **ways)
    return filled(_BRANCH_WIRED, node=spot.node, way=way, **ways)


def _items(spot: _Spot, field: Field, kind: Items, before: Any, after: Any) -> Iterator[Change]:
    """Items are told apart by their unique field, or else by their position."""
    old, new = _by_name(kind, _sequence(before)), _by_name(kind, _sequence(after))
    known = {"place": spot.words, "label": field.label}
    for name in old.keys() - new.keys():
        yield Change("changed", spot.path, filled(_ITEM_REMOVED, **known, item=quoted(name)))
    for position, (name, item) in enumerate(new.items()):
        inner = spot.under(f"[{position}]", filled(_JOINED, place=spot.words, label=quoted(name)), name)
        if name in old:
            yield from _record(inner, kind.record.fields, old[name], item)
        else:
            yield Change("changed", inner.path, filled(_ITEM_ADDED, **known, item=quoted(name)))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change("changed", spot.path, filled(_ITEMS_MOVED, **known))


def _by_name(kind: Items, items: Sequence[Any]) -> dict[str, Any]:
    named = {}
    for position, item in enumerate(items):
        name = _mapping(item).get(kind.unique) if kind.unique else None
        named[str(name) if name is not None else str(position + 1)] = item
    return named


def _before(key: str, nodes: Mapping[str, Any]) -> str | None:
    """The one node that leads to this one; None when there are none or several."""
    leading = [other for other, node in nodes.items() if key in _targets(node)]
    return leading[0] if len(leading) == 1 else None


def _targets(node: Any) -> list[Any]:
    node_type = node_types().get(str(_mapping(node).get("type")))
    return list(_targets_in((*node_type.fields, ON_ERROR), node)) if node_type else []


def _targets_in(fields: Sequence[Field], data: Any) -> Iterator[Any]:
    for each in fields:
        value = _mapping(data).get(each.written)
        if isinstance(each.kind, Target):
            yield value
        elif isinstance(each.kind, Items):
            for item in _sequence(value):
                yield from _targets_in(each.kind.record.fields, item)
        elif isinstance(each.kind, Record):
            yield from _targets_in(each.kind.fields, value)


def _graph(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes, and the first of them, whether it is named or not."""
    return {"start": _start(definition), "nodes": definition.get("nodes")}


def _start(definition: Mapping[str, Any]) -> Any:
    return definition.get("start") or next(iter(_mapping(definition.get("nodes"))), None)


def _titled(key: str, node: Any) -> Text:
    return filled(_NODE, key=key, type=_type_name(_mapping(node)))


def _type_name(node: Mapping[str, Any]) -> Text:
    node_type = node_types().get(str(node.get("type")))
    return node_type.name if node_type else quoted(node.get("type"))


def _plain(default: Any) -> Any:
    """A default as JSON has it; a default that is a record stands for its own fields' defaults."""
    if isinstance(default, tuple):
        return list(default)
    return default if isinstance(default, str | int | float | bool | list) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []

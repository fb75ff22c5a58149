"""Typed traits: which type a value teaches, and how a value is brought into a type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from kesher.profiles.types import TraitType

MAX_TEXT_LENGTH = 4096
MAX_ITEMS = 1000
MAX_NAME_LENGTH = 200
_GREATEST_INTEGER = 2**63 - 1

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|z|[+-]\d{2}:?\d{2}))?", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?\s*", re.ASCII)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class DoesNotFit(Exception):
    """The value cannot be read as the trait's type; it is counted, never raised to a caller of the room."""


_NAME_PARTS = (("first_name", "firstName"), ("last_name", "lastName"))


def full_name(traits: Mapping[str, Any]) -> str:
    """What a person is called: her name, or the first and the last one as our importers or Segment's libraries write
    them; empty when none is known. `profiles_words` reads the same traits."""
    whole = traits.get("name")
    if isinstance(whole, str) and whole.strip():
        return whole
    parts = (next((value for key in keys if (value := traits.get(key))), None) for keys in _NAME_PARTS)
    return " ".join(part for part in parts if isinstance(part, str))


def name_fits(name: str) -> bool:
    """True for a name that a trait may have."""
    return 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable()


def learn_type(value: Any) -> TraitType:
    """The type that a trait takes from its first value."""
    if isinstance(value, bool):
        return TraitType.BOOL
    if isinstance(value, int | float):
        return TraitType.NUMBER
    if isinstance(value, list | tuple):
        return TraitType.LIST
    if isinstance(value, Mapping):
        return TraitType.OBJECT
    text = str(value).strip()
    for kind, pattern in ((TraitType.DATE, _DATE), (TraitType.DATETIME, _DATETIME)):
        if pattern.fullmatch(text):
            try:
                coerce(value, kind)
            except DoesNotFit:
                return TraitType.TEXT
            return kind
    return TraitType.TEXT


def coerce(value: Any, kind: TraitType) -> Any:
    """The value as the type stores it; DoesNotFit when it cannot be read so."""
    return _COERCE[kind](value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(_number(value))
    if not isinstance(value, str) or len(value) > MAX_TEXT_LENGTH or _UNSTORABLE.search(value):
        raise DoesNotFit
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if re.search(r"[.eE]", value) else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DoesNotFit
    if abs(value) > _GREATEST_INTEGER if isinstance(value, int) else not math.isfinite(value):
        raise DoesNotFit
    return value


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    bare = str(value).strip().lower() if isinstance(value, str | int) else ""
    if bare not in _TRUE | _FALSE:
        raise DoesNotFit
    return bare in _TRUE


def _date(value: Any) -> str:
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError as error:
            raise DoesNotFit from error
    # A moment given for a date: the day as it was written, not as another zone would see it.
    return _parse_datetime(value).date().isoformat()


def _datetime(value: Any) -> str:
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        return f"{_date(value)}T00:00:00Z"
    moment = _parse_datetime(value)
    try:
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise DoesNotFit from error
    return utc.replace(tzinfo=None).isoformat() + "Z"


def _parse_datetime(value: Any) -> datetime:
    if not isinstance(value, str) or not _DATETIME.fullmatch(value.strip()):
        raise DoesNotFit
    try:
        return datetime.fromisoformat(value.strip().replace(" ", "", value.strip().count(" ") - 1).upper())
    except ValueError as error:
        raise DoesNotFit from error


def _list(value: Any) -> list[Any]:
    items = list(value) if isinstance(value, list | tuple) else [value]
    if len(items) > MAX_ITEMS or not all(isinstance(item, str | int | float) for item in items):
        raise DoesNotFit
    return [
        item if isinstance(item, bool) else _text(item) if isinstance(item, str) else _number(item) for item in items
    ]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise DoesNotFit
    return {_text(name): _inner(item, depth=1) for name, item in value.items() if item is not None}


def plain_json(value: Any) -> Any:
    """Any JSON value as it is stored within an object, without nulls; DoesNotFit when it cannot be."""
    return _inner(value, depth=1)


def _inner(value: Any, depth: int) -> Any:
    if depth > 5:
        raise DoesNotFit
    if isinstance(value, Mapping):
        return {_text(name): _inner(item, depth + 1) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_inner(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    return _text(value) if isinstance(value, str) else _number(value)


_COERCE: Mapping[TraitType, Callable[[Any], Any]] = {
    TraitType.TEXT: _text,
    TraitType.NUMBER: _number,
    TraitType.BOOL: _bool,
    TraitType.DATE: _date,
    TraitType.DATETIME: _datetime,
    TraitType.LIST: _list,
    TraitType.OBJECT: _object,
}

"""One raw item → the event that is stored, or the reason why it is not. Runs ten thousand times a second: mind it.

Time: `timestamp = receivedAt − (sentAt − originalTimestamp)`, Segment's formula, so that a customer's wrong clock does
not matter. Kept as they are: timestamps of `/v1/import`, of calls without sentAt, and those that lie more than a day
before a sentAt which is within a minute of our own clock (history sent by a sound clock: the difference is the line's
delay). Nothing happens after it was received: a later timestamp becomes receivedAt, and when it was more than an hour
ahead, `context.originalTimestamp` keeps it. Before 1990 there is no customer event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec

from kesher.events.collector import errors
from kesher.events.collector.limits import BATCH_BYTES, DEPTH, EVENT_BYTES, MESSAGE_ID_LENGTH, TEXT_LENGTH
from kesher.events.collector.wire import Envelope, moment
from kesher.events.types import (
    GROUP_JOINED,
    PAGE_VIEWED,
    PROFILE_ALIASED,
    PROFILE_IDENTIFIED,
    RESERVED_NAMES,
    SCREEN_VIEWED,
    IncomingEvent,
)
from kesher.profiles.queries import is_kind
from kesher.profiles.types import COMPANY

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_HISTORY = timedelta(days=1)
_DELAY = timedelta(minutes=1)
_AHEAD = timedelta(hours=1)
_NONE = timedelta(0)

_KNOWN = frozenset(
    {
        *("type", "event", "name", "category", "userId", "anonymousId", "previousId", "groupId", "messageId"),
        *("traits", "properties", "context", "integrations", "timestamp", "originalTimestamp", "sentAt"),
        *("receivedAt", "writeKey", "channel", "version", "_metadata"),
    }
)
"""Top-level fields that are read, or say nothing of the customer; all others are kept in `context.extra`."""

_EVERYWHERE = {"All": True}
"""The integrations of a call that excludes nothing: not worth a place in the log."""
_SHARED_BYTES = 16 * BATCH_BYTES
"""For the batch's context, copied into each item: thousands of tiny items must not multiply a large one."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

Call = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is the same for all items of a request; `context` stands behind each item's own."""

    workspace_id: int
    source_id: int
    received_at: datetime
    context: Mapping[str, Any] = field(default_factory=dict)
    skew: timedelta | None = None
    keeps_timestamps: bool = False


def receive(
    envelope: Envelope,
    *,
    workspace_id: int,
    source_id: int,
    received_at: datetime,
    sender: Mapping[str, Any],
    path: str,
) -> Receipt:
    """The receipt of an envelope from `sender` (its ip and userAgent)."""
    context = {**sender, **(envelope.context or {})}
    if envelope.integrations and envelope.integrations != _EVERYWHERE:
        context["integrations"] = envelope.integrations
    shared = len(_encode(context))
    if shared > EVENT_BYTES or shared * len(envelope.items) > _SHARED_BYTES:
        raise errors.BodyTooLarge(limit=BATCH_BYTES)
    return Receipt(
        workspace_id=workspace_id,
        source_id=source_id,
        received_at=received_at,
        context=context,
        skew=received_at - envelope.sent_at if envelope.sent_at else None,
        keeps_timestamps=path == "import",
    )


def normalise(raw: msgspec.Raw | bytes, kind: str | None, receipt: Receipt) -> IncomingEvent:
    """The event of one item; `kind` is the path's type of call, None in a batch. Raises EventRefused."""
    call = _read(raw)
    kind = kind or call.get("type")
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise errors.TypeUnknown
    context = _context(call, receipt)
    name, properties, traits = shape(call, context)
    group_kind, group_role = _group_of(context) if kind == "group" else (COMPANY, None)
    user_id = _identifier(call, "userId")
    anonymous_id = _identifier(call, "anonymousId")
    if user_id is None and anonymous_id is None:
        raise errors.FieldMissing(field="userId")
    occurred_at = _occurred_at(call, receipt, context)
    locale, timezone = context.get("locale"), context.get("timezone")
    return IncomingEvent(
        workspace_id=receipt.workspace_id,
        source_id=receipt.source_id,
        message_id=_message_id(call),
        type=kind,  # type: ignore[arg-type]
        name=name,
        occurred_at=occurred_at,
        received_at=receipt.received_at,
        user_id=user_id,
        anonymous_id=anonymous_id,
        previous_id=_identifier(call, "previousId"),
        group_id=_identifier(call, "groupId"),
        group_kind=group_kind,
        group_role=group_role,
        traits=traits,
        properties=_write(properties) if properties else "{}",
        context=_write(context) if context else "{}",
        locale=locale if isinstance(locale, str) else None,
        timezone=timezone if isinstance(timezone, str) else None,
    )


def _read(raw: msgspec.Raw | bytes) -> Call:
    view = memoryview(raw)
    if len(view) > EVENT_BYTES:
        raise errors.EventTooLarge(limit=EVENT_BYTES)
    text = bytes(view)
    try:
        call = _decode(text)
    except RecursionError as error:
        raise errors.EventTooDeep(limit=DEPTH) from error
    except msgspec.ValidationError as error:
        raise errors.NumberTooLarge from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise errors.EventMalformed(detail=str(error)) from error
    if type(call) is not dict:
        raise errors.EventMalformed(detail="not an object")
    # Fewer brackets than levels allowed cannot nest too deeply: most events are through with two counts.
    if text.count(b"{") + text.count(b"[") > DEPTH and _is_deeper(call, DEPTH):
        raise errors.EventTooDeep(limit=DEPTH)
    if b"\\u0000" in text and _has_nul(call):
        raise errors.TextHasNul
    return call


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _write(value: Mapping[str, Any]) -> str:
    return _encode(value).decode()


def _object(call: Call, name: str) -> dict[str, Any]:
    value = call.get(name)
    if value is None:
        return {}
    if type(value) is not dict:
        raise errors.FieldNotObject(field=name)
    return value


def _identifier(call: Call, name: str) -> str | None:
    value = call.get(name)
    if value is None or value == "":
        return None
    if type(value) is not str:
        if type(value) is not int:
            raise errors.FieldNotText(field=name)
        value = str(value)
    if len(value) > TEXT_LENGTH:
        raise errors.FieldTooLong(field=name, limit=TEXT_LENGTH)
    return value


def _message_id(call: Call) -> str:
    value = call.get("messageId")
    if value is None or value == "":
        return f"kesher-{uuid4()}"
    if type(value) is not str:
        raise errors.FieldNotText(field="messageId")
    if len(value) > MESSAGE_ID_LENGTH:
        raise errors.FieldTooLong(field="messageId", limit=MESSAGE_ID_LENGTH)
    return value


def _context(call: Call, receipt: Receipt) -> dict[str, Any]:
    context = {**receipt.context, **_object(call, "context")}
    integrations = call.get("integrations")
    if integrations and integrations != _EVERYWHERE:
        shared = receipt.context.get("integrations", {})
        context["integrations"] = {**shared, **_object(call, "integrations")}
    extra = call.keys() - _KNOWN
    if extra:
        context["extra"] = {name: call[name] for name in extra}
    return context


def _occurred_at(call: Call, receipt: Receipt, context: dict[str, Any]) -> datetime:
    name = "originalTimestamp" if call.get("originalTimestamp") is not None else "timestamp"
    said = call.get(name)
    received_at = receipt.received_at
    if said is None:
        return received_at
    at = moment(said)
    if at is None:
        raise errors.TimestampWrong(field=name)
    skew = receipt.skew
    if skew is None and "sentAt" in call:
        sent_at = moment(call["sentAt"])
        skew = received_at - sent_at if sent_at else None
    try:
        if skew is not None and not receipt.keeps_timestamps and not _is_history(at, received_at, skew):
            at += skew
    except OverflowError as error:
        raise errors.TimestampWrong(field=name) from error
    if at < _EARLIEST:
        raise errors.TimestampWrong(field=name)
    if at > received_at:
        if at - received_at > _AHEAD:
            context["originalTimestamp"] = said
        return received_at
    return at


def _is_history(at: datetime, received_at: datetime, skew: timedelta) -> bool:
    return -_DELAY <= skew <= _DELAY and received_at - skew - at > _HISTORY


def _track(call: Call, context: dict[str, Any]) -> tuple[str, dict[str, Any], None]:
    name = call.get("event")
    if name is None or name == "":
        raise errors.FieldMissing(field="event")
    if type(name) is not str:
        raise errors.FieldNotText(field="event")
    if len(name) > TEXT_LENGTH:
        raise errors.FieldTooLong(field="event", limit=TEXT_LENGTH)
    if name in RESERVED_NAMES:
        name = f"{name} (external)"
    return name, _object(call, "properties"), None


def _view(logged: str) -> Any:
    def view(call: Call, context: dict[str, Any]) -> tuple[str, dict[str, Any], None]:
        properties = _object(call, "properties")
        for name in ("name", "category"):
            if (value := call.get(name)) is not None:
                if type(value) is not str:
                    raise errors.FieldNotText(field=name)
                properties[name] = value
        return logged, properties, None

    return view


def _identify(call: Call, context: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    # RudderStack's SDKs put the traits into context.traits.
    behind = context.get("traits")
    traits = {**(behind if type(behind) is dict else {}), **_object(call, "traits")}
    return PROFILE_IDENTIFIED, traits, traits


def _group(call: Call, context: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    group_id = _identifier(call, "groupId")
    if group_id is None:
        raise errors.FieldMissing(field="groupId")
    traits = _object(call, "traits")
    return GROUP_JOINED, {**traits, "group_id": group_id}, traits


def _group_of(context: dict[str, Any]) -> tuple[str, str | None]:
    """The kind of the group, and the person's role in it: `context.group`, which is Kesher's own."""
    group = context.get("group")
    if type(group) is not dict:
        return COMPANY, None
    kind, role = group.get("kind", COMPANY), group.get("role")
    if type(kind) is not str or not is_kind(kind):
        raise errors.GroupKindWrong(field="context.group.kind")
    if role is not None and (type(role) is not str or len(role) > TEXT_LENGTH):
        raise errors.FieldNotText(field="context.group.role")
    return kind, role


def _alias(call: Call, context: dict[str, Any]) -> tuple[str, dict[str, Any], None]:
    for name in ("previousId", "userId"):
        if _identifier(call, name) is None:
            raise errors.FieldMissing(field=name)
    return PROFILE_ALIASED, _object(call, "properties"), None


_SHAPES = {
    "track": _track,
    "identify": _identify,
    "page": _view(PAGE_VIEWED),
    "screen": _view(SCREEN_VIEWED),
    "group": _group,
    "alias": _alias,
}

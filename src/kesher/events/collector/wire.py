"""Bytes of a request → an envelope of raw items. The items are not looked into here, so that each can fail alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from kesher.events.collector.errors import BodyMalformed
from kesher.events.collector.limits import DEPTH

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SALVAGE_TOKENS = 50_000
"""A batch of 100 ordinary events has a fifth of it; a body made to waste time is given up after some 10 ms."""
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}:,]', re.S)
_OPENING, _CLOSING = b"[{", b"]}"

_decode_any = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a request carries around its items; `items` are the bytes of one JSON object each."""

    items: Sequence[msgspec.Raw | bytes]
    write_key: str | None = None
    sent_at: datetime | None = None
    context: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None


class _Batch(msgspec.Struct, gc=False):
    batch: list[msgspec.Raw]
    writeKey: Any = None
    sentAt: Any = None
    context: Any = None
    integrations: Any = None


class _Single(msgspec.Struct, gc=False):
    writeKey: Any = None
    sentAt: Any = None


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_single = msgspec.json.Decoder(_Single).decode


def open_batch(body: bytes) -> Envelope:
    """The envelope of a `/v1/batch` body. One spoilt item does not spoil the rest: its bytes are cut out whole."""
    body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        batch = _decode_batch(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        batch = _salvage(body, error)
    return Envelope(
        items=batch.batch,
        write_key=_text(batch.writeKey),
        sent_at=moment(batch.sentAt),
        context=_object(batch.context),
        integrations=_object(batch.integrations),
    )


def open_single(body: bytes) -> Envelope:
    """The envelope of a call by itself: the body is the item."""
    body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        single = _decode_single(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BodyMalformed(detail=str(error)) from error
    return Envelope(items=[body], write_key=_text(single.writeKey), sent_at=moment(single.sentAt))


def moment(value: object) -> datetime | None:
    """A text in ISO 8601 as an aware time (UTC when it names no zone); None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _salvage(body: bytes, error: Exception) -> _Batch:
    """Cut the batch by its brackets and strings alone, without recursion; whatever is wrong stays inside its item.

    Python's `json.dumps` writes NaN, and cuts characters in half as lone surrogates; both make a body unreadable.
    """
    members = dict(_members(body, error))
    if b"batch" not in members:
        raise BodyMalformed(detail=str(error)) from error
    return _Batch(
        batch=[msgspec.Raw(item) for item in _elements(members[b"batch"], b"[", error)],
        **{name: _readable(members.get(name.encode())) for name in ("writeKey", "sentAt", "context", "integrations")},
    )


def _readable(value: bytes | None) -> object:
    if value is None or max(value.count(b"{"), value.count(b"[")) > DEPTH:
        return None
    try:
        return _decode_any(value)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _members(text: bytes, error: Exception) -> Iterator[tuple[bytes, bytes]]:
    for member in _elements(text, b"{", error):
        key = _TOKEN.match(member)
        rest = member[key.end() :].lstrip() if key else b""
        if key is None or not rest.startswith(b":"):
            raise BodyMalformed(detail=str(error)) from error
        yield key[0][1:-1], rest[1:].strip()


def _elements(text: bytes, opening: bytes, error: Exception) -> list[bytes]:
    """The parts between the commas of the outermost list or object of `text`."""
    text = text.strip()
    found: list[bytes] = []
    depth, start = 0, 1
    if not text.startswith(opening):
        raise BodyMalformed(detail=str(error)) from error
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count > _SALVAGE_TOKENS:
            break
        mark = token[0]
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if depth == 0 or (depth == 1 and mark == b","):
            found.append(text[start : token.start()].strip())
            start = token.end()
        if depth == 0:
            if text[start:].strip():
                break
            return [] if found == [b""] else found
    raise BodyMalformed(detail=str(error)) from error

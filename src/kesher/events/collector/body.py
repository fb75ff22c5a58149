"""The bytes of one request, bounded in size, in time and in what they inflate to."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kesher.events.collector.errors import BodyMalformed, BodyTooLarge, BodyTooSlow, EncodingUnknown
from kesher.events.collector.limits import BATCH_BYTES

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Headers = Mapping[bytes, bytes]

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class SenderLeft(Exception):
    """The sender closed the connection before its body was complete: there is nobody to answer."""


async def read_body(receive: Receive, headers: Headers, *, seconds: float) -> bytes:
    """The inflated body of a request; raises a RequestRefused as soon as a limit is passed, without reading on."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > BATCH_BYTES:
        raise BodyTooLarge(limit=BATCH_BYTES)
    try:
        async with asyncio.timeout(seconds):
            body = await _read(receive)
    except TimeoutError as error:
        raise BodyTooSlow(seconds=round(seconds)) from error
    return _inflate(body, headers)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise SenderLeft
        part = message.get("body", b"")
        size += len(part)
        if size > BATCH_BYTES:
            raise BodyTooLarge(limit=BATCH_BYTES)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflate(body: bytes, headers: Headers) -> bytes:
    encoding = headers.get(b"content-encoding", b"").strip().lower()
    if encoding in (b"gzip", b"x-gzip", b"deflate") or (headers.get(b"gzip") and body[:2] == b"\x1f\x8b"):
        return _unzip(body)
    if encoding not in (b"", b"identity"):
        raise EncodingUnknown(encoding=encoding.decode("latin-1")[:40])
    return body


def _unzip(body: bytes) -> bytes:
    """Inflate to the limit and not a byte further, whatever the bomb holds."""
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        text = inflater.decompress(body, BATCH_BYTES + 1)
    except zlib.error as error:
        raise BodyMalformed(detail=str(error)) from error
    if len(text) > BATCH_BYTES:
        raise BodyTooLarge(limit=BATCH_BYTES)
    if not inflater.eof:
        raise BodyMalformed(detail="the compressed body is cut off")
    return text

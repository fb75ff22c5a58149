"""Answers: status, headers for any origin, problem documents in the reader's language."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from kesher.events.collector.body import Headers
from kesher.events.collector.errors import EventRefused, RequestRefused
from kesher.kernel.text import base_language

Send = Callable[[Any], Awaitable[None]]
HeaderList = list[tuple[bytes, bytes]]

SUCCESS = b'{"success":true}'

_encode = msgspec.json.Encoder().encode
_CORS: HeaderList = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Retry-After, X-RateLimit-Reset"),
]
_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")


async def reply(send: Send, status: int, body: bytes, headers: HeaderList) -> None:
    """Send a whole answer, readable from any origin."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, *_CORS]})
    await send({"type": "http.response.body", "body": body})


async def reply_json(send: Send, body: bytes, *, cache: bytes = b"no-store") -> None:
    """200 with JSON."""
    await reply(send, 200, body, [_JSON, (b"cache-control", cache)])


async def reply_preflight(send: Send, headers: Headers) -> None:
    """The answer to a browser that asks whether it may send: any origin, with the headers it wants."""
    wanted = headers.get(b"access-control-request-headers", b"content-type, authorization")
    await send(
        {
            "type": "http.response.start",
            "status": 204,
            "headers": [
                *_CORS,
                (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
                (b"access-control-allow-headers", wanted),
                (b"access-control-max-age", b"86400"),
                (b"vary", b"Access-Control-Request-Headers"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": b""})


def language_of(headers: Headers) -> str:
    """`he` when Accept-Language asks for Hebrew first, else `en`."""
    first = headers.get(b"accept-language", b"").decode("latin-1").split(",")[0].split(";")[0]
    return "he" if base_language(first) == "he" else "en"


async def reply_refused(send: Send, headers: Headers, error: RequestRefused, extra: Mapping[str, Any]) -> None:
    """A problem document (RFC 9457); `code` and `message` are what the Segment SDKs show to their users."""
    language = language_of(headers)
    message = error.render(language)
    document = {
        "type": "about:blank",
        "title": type(error).message.render(language, **error.fields),
        "status": error.status,
        "detail": message,
        "code": error.code,
        "message": message,
        "success": False,
        **extra,
    }
    found: HeaderList = [_PROBLEM, (b"content-language", language.encode())]
    if "retry_after" in error.fields:
        seconds = int(error.fields["retry_after"])
        found.append((b"retry-after", str(seconds).encode()))
        found.append((b"x-ratelimit-reset", str(int(time.time()) + seconds).encode()))
    if "allowed" in error.fields:
        found.append((b"allow", str(error.fields["allowed"]).encode()))
    await reply(send, error.status, _encode(document), found)


def describe_refused(
    refused: Mapping[int, EventRefused], message_ids: Mapping[int, str | None], language: str
) -> list[dict[str, Any]]:
    """The refused items for the reply, by position in the request."""
    return [
        {
            "index": index,
            "messageId": message_ids.get(index),
            "code": refused[index].code,
            "message": refused[index].render(language),
        }
        for index in sorted(refused)
    ]


def accepted_body(accepted: int, refused: list[dict[str, Any]]) -> bytes:
    """The body of a 200 in which some items were refused."""
    return _encode({"success": True, "accepted": accepted, "refused": refused})

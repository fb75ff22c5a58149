"""The quick door to `POST /api/decisions`, beside Django: a site that asks at every page view must not wait for the
general way of a request.

It answers what it can say yes to: a question with an API key, well formed, about somebody who is there. Everything else
(a session, a mistake, a key that was revoked, a database that is away) goes through the ordinary door as it came, so
that each refusal is worded in one place and both doors keep one contract (docs/decisions/0012).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Annotated, Any

import msgspec
import structlog
from django.conf import settings
from django.db import connection as django_connection
from django.http.request import split_domain_port, validate_host
from msgspec import Meta
from ninja.responses import NinjaJSONEncoder

from kesher.accounts import services as accounts
from kesher.accounts.types import Actor
from kesher.api.deciding import LONGEST_NAME, LONGEST_PERSON, MOST_RULES, PERMISSION, decide_rules
from kesher.kernel.clock import read_clock, relation_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.errors import KesherError
from kesher.kernel.sql import statements_of
from kesher.profiles import queries as profiles

_log = structlog.get_logger("kesher.api")

_sql = statements_of("kesher.api")

PATH = "/api/decisions"
_THREADS = 2
"""Each holds a connection. More would only take turns: evaluating is Python's own time."""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

_KEY_SECONDS = 60
_MOST_KEYS = 1_000
_actors: dict[bytes, tuple[Actor, float]] = {}

_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Rules = Annotated[dict[_Name, dict[str, Any]], Meta(min_length=1, max_length=MOST_RULES)]


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    person: Annotated[str, Meta(min_length=1, max_length=LONGEST_PERSON)]
    rules: _Rules


_decode = msgspec.json.Decoder(_Question).decode


def create_quick_door(otherwise: Application, threads: Executor | None = None) -> Application:
    """An ASGI application for PATH; what it does not answer itself it hands to `otherwise`."""
    threads = threads or ThreadPoolExecutor(_THREADS, thread_name_prefix="decisions")

    async def application(scope: Any, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await otherwise(scope, receive, send)
            return
        messages = await _read(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        answer = await asyncio.get_running_loop().run_in_executor(threads, _answer, key, body)
        if answer is None:
            await otherwise(scope, _again(messages, receive), send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _headers(answer)})
        await send({"type": "http.response.body", "body": answer})

    return application


def _key(scope: Mapping[str, Any]) -> str | None:
    """The API key of a request that this door may take; None sends it to the other."""
    headers = dict(scope["headers"])
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    host, _ = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    length = headers.get(b"content-length", b"")
    plain = (
        scope["method"] == "POST"
        and scheme.lower() == "bearer"
        and b"x-workspace" not in headers
        and length.isdigit()
        and int(length) <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        and validate_host(host, settings.ALLOWED_HOSTS)
    )
    return key.strip() if plain else None


async def _read(receive: Receive) -> list[Any]:
    """The messages of the request's body, or until its sender left."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _again(messages: list[Any], receive: Receive) -> Receive:
    """Receive what was read already, then what comes."""
    read = iter(messages)

    async def again() -> Any:
        return next(read, None) or await receive()

    return again


def _answer(key: str, body: bytes) -> bytes | None:
    """The answer as JSON, None when the other door is to answer."""
    try:
        question = _decode(body)
        return None if b"\\u0000" in body else _decide(key, question)
    except (KesherError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    except Exception:
        # The other door asks again, over a connection of its own, and reports what is broken.
        _log.debug("api.quick_door", exc_info=True)
        django_connection.close()
        return None


def _decide(key: str, question: _Question) -> bytes | None:
    conn = request_connection()
    actor = _actor(conn, key)
    actor.require(PERMISSION)
    workspace_id = actor.workspace_id
    person = profiles.relation_person(workspace_id=workspace_id, text=question.person)
    asks = {"api_key_id": actor.api_key_id}
    now, holds, profile_id = _sql.run(conn, "who_asks", asks, clock=relation_clock(), person=person).fetchone()  # type: ignore[misc]
    if not holds or profile_id is None:
        return None
    verdicts = decide_rules(conn, workspace_id=workspace_id, profile_id=profile_id, rules=question.rules, now=now)
    rules = {name: {"holds": v.holds, "changes_at": v.changes_at} for name, v in verdicts.items()}
    answer = {"profile_id": profile_id, "at": now, "rules": rules}
    return json.dumps(answer, cls=NinjaJSONEncoder).encode()


def _actor(conn: Conn, key: str) -> Actor:
    """Who holds the key. A key never changes but for its end, which every question asks anew: so it is looked at fully,
    and its use noted, once in a while."""
    digest = hashlib.sha256(key.encode()).digest()
    known = _actors.get(digest)
    if known is not None and time.monotonic() < known[1]:
        return known[0]
    actor = accounts.authenticate_api_key(key, now=read_clock(conn))
    if len(_actors) >= _MOST_KEYS:
        _actors.clear()
    _actors[digest] = actor, time.monotonic() + _KEY_SECONDS
    return actor


def _headers(answer: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(answer)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]

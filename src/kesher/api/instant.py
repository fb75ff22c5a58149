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
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
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
from kesher.api.deciding import (
    LONGEST_NAME,
    LONGEST_PERSON,
    MOST_RULES,
    PERMISSION,
    Decision,
    Rules,
    decide_rules,
    parse_rules,
)
from kesher.kernel.clock import read_clock, relation_clock
from kesher.kernel.db import Conn, connect
from kesher.kernel.errors import KesherError
from kesher.kernel.relations import Relation
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

_LONGEST_KEPT = 65_536
_KEPT = 200

_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
_Sources = Annotated[dict[_Name, dict[str, Any]], Meta(min_length=1, max_length=MOST_RULES)]


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    person: Annotated[str, Meta(min_length=1, max_length=LONGEST_PERSON)]
    rules: msgspec.Raw


_decode = msgspec.json.Decoder(_Question).decode
_decode_rules = msgspec.json.Decoder(_Sources).decode


class QuickDoor:
    """An ASGI application for PATH; what it does not answer itself it hands to `otherwise`."""

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="decisions")
        self._idle: list[Conn] = []
        self._now: datetime | None = None
        """The time of the last answer: the next one's is seldom before it."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._otherwise(scope, receive, send)
            return
        messages = await _read(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, key, body)
        if answer is None:
            await self._otherwise(scope, _again(messages, receive), send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _headers(answer)})
        await send({"type": "http.response.body", "body": answer})

    def close(self) -> None:
        """Give the threads and their connections back."""
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()

    def _answer(self, key: str, body: bytes) -> bytes | None:
        """The answer as JSON, None when the other door is to answer."""
        try:
            question = _decode(body)
            if b"\\u0000" in body:
                return None
            conn = self._idle.pop() if self._idle else _connect()
            try:
                decision = _decide(conn, key, question, after=self._now)
            finally:
                self._give_back(conn)
            if decision is None:
                return None
            self._now = decision.at
            return _written(decision)
        except (KesherError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        except Exception:
            # The other door asks again, over a connection of its own, and reports what is broken.
            _log.debug("api.quick_door", exc_info=True)
            return None

    def _give_back(self, conn: Conn) -> None:
        if conn.broken:
            conn.close()
        else:
            self._idle.append(conn)


def _connect() -> Conn:
    """A connection whose plans are made once: left to itself PostgreSQL plans a look into sixty days of the log anew
    each time, which takes six times as long as the look."""
    conn = connect("decisions")
    conn.execute("SET plan_cache_mode = force_generic_plan")
    return conn


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


def _decide(conn: Conn, key: str, question: _Question, *, after: datetime | None) -> Decision | None:
    actor = _actor(conn, key)
    actor.require(PERMISSION)
    workspace_id = actor.workspace_id
    person = profiles.relation_person(workspace_id=workspace_id, text=question.person)
    clock = relation_clock()
    who = _sql["who_asks"].compose({"clock": clock, "person": person})
    asked = Relation(who, {"api_key_id": actor.api_key_id, **person.params, **clock.params})
    rules = _rules(bytes(question.rules))
    return decide_rules(conn, workspace_id=workspace_id, rules=rules, asked=asked, after=after)


def _written(decision: Decision) -> bytes:
    rules = {name: {"holds": v.holds, "changes_at": v.changes_at} for name, v in decision.verdicts.items()}
    answer = {"profile_id": decision.profile_id, "at": decision.at, "rules": rules}
    return json.dumps(answer, cls=NinjaJSONEncoder).encode()


def _rules(source: bytes) -> Rules:
    """A site asks the same rules about everybody: they are read once, and known again by their octets."""
    return _kept_rules(source) if len(source) <= _LONGEST_KEPT else parse_rules(_decode_rules(source))


@lru_cache(maxsize=_KEPT)
def _kept_rules(source: bytes) -> Rules:
    return parse_rules(_decode_rules(source))


def _actor(conn: Conn, key: str) -> Actor:
    """Who holds the key. A key never changes but for its end, which every question asks anew: so it is looked at fully,
    and its use noted, once in a while."""
    digest = hashlib.sha256(key.encode()).digest()
    known = _actors.get(digest)
    if known is not None and time.monotonic() < known[1]:
        return known[0]
    try:
        actor = accounts.authenticate_api_key(key, now=read_clock(conn))
    finally:
        django_connection.close()
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

"""The quick door to instant decisions: the same answers as the ordinary one, and what it does not answer goes there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from callers import Caller

RULES = {
    "pro": {"trait": "plan", "op": "eq", "value": "pro"},
    "silent": {"not": {"event": "Order Completed", "within": {"days": 7}}},
    "bought": {"event": "Order Completed", "measure": "count", "op": "ge", "value": 1, "within": {"days": 2}},
}
QUESTION = {"person": "u1", "rules": RULES}


class Doors:
    """Asks the quick door; `passed_on` is what it handed to the ordinary one."""

    def __init__(self, key: str) -> None:
        from kesher.api.instant import QuickDoor

        self.key = key
        self.passed_on: list[bytes] = []
        self.door = QuickDoor(self._otherwise)

    def ask(self, body: Any = QUESTION, method: str = "POST", **headers: str) -> tuple[int, bytes]:
        from kesher.api.instant import PATH

        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"host": "testserver", "content-length": str(len(content)), "authorization": f"Bearer {self.key}"}
        pairs = [(name.encode(), value.encode()) for name, value in {**sent, **headers}.items() if value]
        halves = [content[:9], content[9:]]
        messages = [
            {"type": "http.request", "body": half, "more_body": number == 0} for number, half in enumerate(halves)
        ]
        answers: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            answers.append(message)

        scope = {"type": "http", "method": method, "path": PATH, "headers": pairs}
        asyncio.run(self.door(scope, receive, send))
        return answers[0]["status"], answers[1]["body"]

    async def _otherwise(self, scope: Any, receive: Any, send: Any) -> None:
        first, second = await receive(), await receive()
        self.passed_on.append(first["body"] + second["body"])
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def doors(api: Caller, conn: psycopg.Connection, workspace: int, now: datetime) -> Iterator[Doors]:
    """The quick door with the key of a program, and a person who bought yesterday."""
    from kesher.events import services as events
    from kesher.events.types import IncomingEvent

    yesterday = now - timedelta(days=1)
    common = {"workspace_id": workspace, "source_id": 0, "occurred_at": yesterday, "received_at": yesterday}
    known = IncomingEvent(
        **common, message_id="1", type="identify", name="Profile Identified", user_id="u1", traits={"plan": "pro"}
    )
    bought = IncomingEvent(**common, message_id="2", type="track", name="Order Completed", user_id="u1")
    events.ingest(conn, [known, bought], now=now)
    doors = Doors(api.headers["Authorization"].removeprefix("Bearer "))
    yield doors
    doors.door.close()


def test_both_doors_give_the_same_answer(doors: Doors, api: Caller) -> None:
    status, quick = doors.ask()
    ordinary = api("POST", "/decisions", QUESTION)

    assert (status, doors.passed_on) == (200, [])
    assert quick == ordinary.content
    assert json.loads(quick)["rules"]["bought"]["holds"] is True
    assert json.loads(quick)["rules"]["bought"]["changes_at"] is not None


@pytest.mark.parametrize(
    ("label", "body", "headers"),
    [
        ("a session", QUESTION, {"authorization": "", "cookie": "sessionid=1"}),
        ("an unknown key", QUESTION, {"authorization": "Bearer ksk_nobodys-key-of-no-account"}),
        ("a named workspace", QUESTION, {"x-workspace": "shop"}),
        ("another host", QUESTION, {"host": "elsewhere.test"}),
        ("no length", QUESTION, {"content-length": ""}),
        ("too long", QUESTION, {"content-length": str(10**9)}),
        ("not JSON", b'{"person": "u1", ', {}),
        ("endless nesting", b'{"person": "u1", "rules": ' + b'{"a":' * 100_000, {}),
        ("a stranger", {**QUESTION, "person": "nobody"}, {}),
        ("no rules", {**QUESTION, "rules": {}}, {}),
        ("too many rules", {**QUESTION, "rules": {str(n): RULES["pro"] for n in range(101)}}, {}),
        ("a field too many", {**QUESTION, "people": 1}, {}),
        ("a NUL", {**QUESTION, "person": "u\0"}, {}),
        ("a wrong rule", {**QUESTION, "rules": {"x": {"trait": "plan", "op": "equals", "value": 1}}}, {}),
        ("a missing segment", {**QUESTION, "rules": {"x": {"segment": "nowhere"}}}, {}),
    ],
)
def test_what_the_quick_door_does_not_answer_is_passed_on_whole(
    doors: Doors, label: str, body: Any, headers: dict[str, str]
) -> None:
    status, _ = doors.ask(body, **headers)

    assert status == 418, label
    assert doors.passed_on == [body if isinstance(body, bytes) else json.dumps(body).encode()]


def test_a_key_without_the_permission_is_passed_on(doors: Doors, workspace: int, now: datetime) -> None:
    from callers import with_key

    doors.key = with_key(workspace, now, frozenset({"segments:read"})).headers["Authorization"].removeprefix("Bearer ")

    assert doors.ask()[0] == 418


def test_a_key_of_another_workspace_does_not_find_the_person(doors: Doors, stranger: Caller) -> None:
    doors.key = stranger.headers["Authorization"].removeprefix("Bearer ")

    assert doors.ask()[0] == 418


def test_a_key_that_was_revoked_is_refused_at_once(doors: Doors, api: Caller, workspace: int, now: datetime) -> None:
    from kesher.accounts import models, services

    assert doors.ask()[0] == 200
    for row in models.ApiKey.objects.filter(workspace_id=workspace):
        services.revoke_api_key(workspace_id=workspace, api_key_id=row.pk, now=now)

    assert doors.ask()[0] == 418


def test_the_same_rules_are_read_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.api import instant

    read: list[Any] = []
    parse = instant.parse_rules
    monkeypatch.setattr(instant, "parse_rules", lambda sources: read.append(sources) or parse(sources))
    instant._kept_rules.cache_clear()

    for person in ("u1", "u1"):
        assert doors.ask({**QUESTION, "person": person})[0] == 200

    assert len(read) == 1


def test_a_question_is_one_round_trip_planned_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.api import instant

    conn = instant._connect()
    monkeypatch.setattr(instant, "_connect", lambda: conn)
    for _ in range(8):
        assert doors.ask()[0] == 200

    plans = conn.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
    assert plans == [(2, 0)], (
        "the first knows no time to reach back from; of the rest the sixth is prepared, and nothing is planned again"
    )


def test_a_broken_connection_is_not_used_again(
    doors: Doors, conn: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doors.ask()[0] == 200
    conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kesher decisions'")

    assert doors.ask()[0] == 418, "the ordinary door asks over another connection"
    assert doors.ask()[0] == 200


def test_other_methods_are_passed_on(doors: Doors) -> None:
    assert doors.ask(method="GET")[0] == 418

"""A test of a message: to colleagues alone, marked, by the workspace's own mail server, and counted by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
import pytest
from callers import PASSWORD, Caller
from django.conf import settings

from kesher.accounts import services as accounts
from kesher.accounts.types import Role
from kesher.kernel.clock import freeze_clock
from kesher.messaging.services import test_sends

HELLO = {
    "language": "he",
    "subject": "שלום {{ customer.name }}",
    "body_format": "html",
    "body": '<p>{{ customer.name }} <a href="https://shop.test/x">x</a></p>{% footer %}',
}


@pytest.fixture
def member(workspace: int, now: datetime) -> str:
    user = accounts.create_user(email="Dana@shop.test", password=PASSWORD, now=now)
    accounts.add_member(workspace_id=workspace, user_id=user.id, role=Role.EDITOR)
    return user.email


def newest(mailbox: Path) -> Any:
    files = sorted((mailbox / "new").iterdir(), key=lambda path: path.name)
    return message_from_bytes(files[-1].read_bytes(), policy=policy.default)


def ledger(conn: psycopg.Connection) -> tuple[Any, ...]:
    row = conn.execute(
        "SELECT (SELECT count(*) FROM messaging_message), (SELECT count(*) FROM events_event WHERE name ~ '^Message')"
    ).fetchone()
    assert row is not None
    return tuple(row)


def test_a_test_arrives_as_a_person_would_get_it_and_is_in_no_ledger(
    conn: psycopg.Connection, api: Caller, member: str, mailbox: Path
) -> None:
    person = api("POST", "/identify", {"user_id": "p", "traits": {"name": "רות"}}).json()["id"]
    before = ledger(conn)

    answer = api("POST", "/template-test", {"variant": HELLO, "profile_id": person, "recipient": "dana@SHOP.test"})

    assert answer.status_code == 200, answer.content.decode()
    assert answer.json() == {"recipient": member, "subject": "[בדיקה] שלום רות", "captured": True}
    mail = newest(mailbox)
    assert (mail["To"], mail["Subject"]) == (member, "[בדיקה] שלום רות")
    html = mail.get_body(("html",)).get_content()
    assert "רות" in html and 'href="https://shop.test/x"' in html
    assert mail.get_body(("plain",)).get_content().startswith("רות")
    assert mail["List-Unsubscribe"] is None
    assert ledger(conn) == before


def test_an_english_test_with_values_of_ones_own_goes_to_oneself(
    signed_in: Callable[[Role], Caller], mailbox: Path
) -> None:
    editor = signed_in(Role.EDITOR)
    variant = {**HELLO, "language": "en", "subject": "Hello {{ customer.name }}"}

    answer = editor("POST", "/template-test", {"variant": variant, "variables": {"customer": {"name": "Ruth"}}})

    assert answer.json()["recipient"] == "editor@shop.test"
    assert newest(mailbox)["Subject"] == "[Test] Hello Ruth"


@pytest.mark.parametrize("recipient", ["ruth@home.test", "invited@shop.test", "boss@other.test", "x"])
def test_a_test_goes_to_members_alone(
    api: Caller, member: str, other_workspace: int, now: datetime, recipient: str
) -> None:
    api("POST", "/members", {"email": "invited@shop.test", "role": "viewer"})
    theirs = accounts.create_user(email="boss@other.test", password=PASSWORD, now=now)
    accounts.add_member(workspace_id=other_workspace, user_id=theirs.id, role=Role.OWNER)

    answer = api("POST", "/template-test", {"variant": HELLO, "recipient": recipient})

    assert (answer.status_code, answer.json()["code"]) == (422, "messaging.test_recipient_invalid")
    assert "members of this workspace" in answer.json()["detail"]


def test_a_program_says_to_whom_and_may_not_write_as_a_person_it_cannot_see(
    api: Caller, member: str, workspace: int, now: datetime
) -> None:
    from callers import with_key

    person = api("POST", "/identify", {"user_id": "p", "traits": {"name": "Ruth"}}).json()["id"]
    blind = with_key(workspace, now, frozenset({"messaging:send"}))

    assert api("POST", "/template-test", {"variant": HELLO}).json()["problems"][0]["path"] == "recipient"
    asked = {"variant": HELLO, "recipient": member, "profile_id": person}
    assert blind("POST", "/template-test", asked).json()["fields"] == {"permission": "profiles:read"}


def test_a_workspace_sends_so_many_an_hour(
    conn: psycopg.Connection, api: Caller, member: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sends, "MOST_TESTS", 2)
    ask = {"variant": HELLO, "recipient": member}
    statuses = [api("POST", "/template-test", ask).status_code for _ in range(3)]
    freeze_clock(conn, now + timedelta(hours=1))

    assert statuses == [200, 200, 429]
    assert api("POST", "/template-test", ask).status_code == 200


def test_one_test_is_handed_over_at_a_time(conn: psycopg.Connection, api: Caller, member: str, workspace: int) -> None:
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", (test_sends._TESTS_LOCK, workspace))
        answer = api("POST", "/template-test", {"variant": HELLO, "recipient": member})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_what_the_server_says_is_told_and_a_mistake_is_named(api: Caller, member: str) -> None:
    wrong = {**HELLO, "body": "{% nothing %}"}
    assert api("POST", "/template-test", {"variant": wrong, "recipient": member}).status_code == 422
    account = {"kind": "smtp", "settings": {"host": "127.0.0.1", "port": 9, "from_email": "a@shop.test"}}
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert api("PUT", "/providers/email/main", account).status_code == 200

    answer = api("POST", "/template-test", {"variant": HELLO, "recipient": member})

    assert (answer.status_code, answer.json()["code"]) == (503, "messaging.test_not_taken")
    assert "127.0.0.1:9" in answer.json()["detail"]

"""Callers of the API: members of a workspace in each role, their sessions and their keys.

Nothing of Kesher is imported at the top: this file is read before the root conftest has given Django its database.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from callers import Caller

    from kesher.accounts.types import Role


@pytest.fixture(autouse=True)
def django_database(conn: psycopg.Connection, now: datetime, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the application reach the database that `conn` empties, with its clock at `now`."""
    from django.core.cache import cache

    from kesher.kernel.clock import freeze_clock

    with django_db_blocker.unblock():
        freeze_clock(conn, now)
        cache.clear()  # allauth counts failed sign-ins there
        yield


@pytest.fixture(scope="session", autouse=True)
def mailbox() -> Iterator[Path]:
    """The capture mailbox, listening: a test e-mail is handed over while its caller waits. Gives its folder."""
    from django.conf import settings

    from kesher.messaging.capture import mailbox_folder, serve

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings.MAILBOX_PORT = port
    folder, stop = mailbox_folder(Path(settings.DATA_DIR)), threading.Event()
    thread = threading.Thread(target=serve, kwargs={"folder": folder, "port": port, "stop": stop})
    thread.start()
    yield folder
    stop.set()
    thread.join(10)


@pytest.fixture(autouse=True)
def silent_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the machine: every name has no record."""
    monkeypatch.setattr("kesher.messaging.domains.asking.ask_dns", lambda name: [])


@pytest.fixture
def api(workspace: int, now: datetime) -> Caller:
    """A program that may do everything in the workspace."""
    from callers import with_key

    return with_key(workspace, now)


@pytest.fixture
def other_workspace(now: datetime) -> int:
    """The id of a second workspace."""
    from kesher.accounts import services

    return services.create_workspace(slug="other", name="Other", now=now).id


@pytest.fixture
def stranger(other_workspace: int, now: datetime) -> Caller:
    """A program that may do everything in the second workspace, and so nothing in the first."""
    from callers import with_key

    return with_key(other_workspace, now)


@pytest.fixture
def signed_in(workspace: int, now: datetime) -> Callable[[Role], Caller]:
    """Signs a new member in, in a role."""
    from callers import PASSWORD, Caller

    from kesher.accounts import services

    def sign_in(role: Role) -> Caller:
        user = services.create_user(email=f"{role}@shop.test", password=PASSWORD, now=now)
        services.add_member(workspace_id=workspace, user_id=user.id, role=role)
        caller = Caller()
        assert caller.client.login(email=user.email, password=PASSWORD)
        token = caller("GET", "/csrf").json()["csrf_token"]
        return Caller(caller.client, {"X-CSRFToken": token})

    return sign_in


@pytest.fixture
def known(conn: psycopg.Connection, workspace: int, api: Caller, now: datetime) -> dict[str, Any]:
    """What the examples made in the first workspace, before those that end things."""
    from examples import EXAMPLES, call_example, make_beside

    found = make_beside(workspace, now)
    for example in EXAMPLES:
        if example.operation == "list_audit":
            break
        answer = call_example(api, example, found)
        assert answer.status_code < 300, (example, answer.content.decode())
        if example.operation in ("create_broadcast", "save_segment"):
            conn.execute("UPDATE segments_segment SET state = 'live'")
    return found

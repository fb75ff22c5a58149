"""Notes to colleagues: reserved in the tick, handed over by the worker, over one connection a batch."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from calling import calls, work
from journey_world import World
from twins import Twins

from kesher.accounts import services as accounts
from kesher.journeys import services
from kesher.messaging import capture, notes

NOTE = """
journey: lead
name: Lead
entry: {event: Demo Asked}
nodes:
  tell:
    type: notify
    to: noa@shop.example
    subject: "{{ customer.first_name }} asked for a demo"
    text: "Company: {{ event.properties.company }}"
    next: rest
  rest: {type: wait, for: 1d}
"""


@pytest.fixture
def colleague(world: World) -> str:
    """A member of the workspace."""
    user = accounts.create_user(
        email="noa@shop.example", password="long enough 12", name="Noa", language="he", now=world.now
    )
    accounts.add_member(workspace_id=world.workspace, user_id=user.id, role="editor")
    return user.email


class Mailbox:
    """The capture mailbox on a port of its own; `connections` counts who came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connections = 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    def messages(self) -> list[EmailMessage]:
        """What was handed over, oldest first."""
        files = sorted((self.folder / "new").iterdir())
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]  # type: ignore[misc]

    @contextmanager
    def open(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """The server runs."""
        made, started, stop = capture.CaptureProtocol.connection_made, threading.Event(), threading.Event()
        start = capture.start

        def count(protocol: capture.CaptureProtocol, transport: Any) -> None:
            self.connections += 1
            made(protocol, transport)

        async def tell(*place: Any, **more: Any) -> Any:
            server = await start(*place, **more)
            started.set()
            return server

        monkeypatch.setattr(capture.CaptureProtocol, "connection_made", count)
        monkeypatch.setattr(capture, "start", tell)
        told = {"folder": self.folder, "port": self.port, "stop": stop}
        thread = threading.Thread(target=capture.serve, kwargs=told)
        thread.start()
        assert started.wait(10)
        try:
            yield
        finally:
            stop.set()
            thread.join(10)


@pytest.fixture
def mailbox(tmp_path: Path, settings: Any) -> Mailbox:
    """Where notes go when no mail server is configured; not open yet."""
    found = Mailbox(tmp_path)
    settings.SMTP_URL, settings.MAILBOX_PORT = "", found.port
    return found


def test_a_colleague_is_told_with_a_link_to_the_person(
    world: World, colleague: str, mailbox: Mailbox, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.apply(NOTE)
    world.identify("dana", first_name="Dana")

    world.track("dana", "Demo Asked", {"company": "Aleph"})
    world.settle()
    assert world.runs() == [("rest", "waiting", None)]
    with mailbox.open(monkeypatch):
        work(world)
        work(world)

    [message] = mailbox.messages()
    assert (message["To"], message["Subject"]) == (colleague, "Dana asked for a demo")
    assert message["Message-ID"].startswith("<kesher.note.")
    assert "Company: Aleph" in message.get_content()
    assert f"/app/w/shop/people/{world.profile('dana')}" in message.get_content()
    assert calls(world) == [("done", "ok", 1, None)]
    assert twins.compared["notify"] == 1


def test_the_notes_of_a_batch_go_over_one_connection(
    world: World, colleague: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.apply(NOTE)
    world.together()
    for number in range(5):
        world.track(f"u{number}", "Demo Asked", {"company": f"Firm {number}"})
    world.settle()

    with mailbox.open(monkeypatch):
        work(world)

    firms = [message.get_content().splitlines()[0] for message in mailbox.messages()]
    assert sorted(firms) == [f"Company: Firm {number}" for number in range(5)]
    assert mailbox.connections == 1
    assert calls(world) == [("done", "ok", 1, None)] * 5


def test_a_colleague_who_left_is_an_error(world: World, colleague: str) -> None:
    world.apply(NOTE)
    world.conn.execute("DELETE FROM accounts_membership")

    world.track("dana", "Demo Asked")
    world.settle()

    assert world.runs() == [("tell", "failed", "member_missing")]
    assert calls(world) == []


def test_only_members_are_told(world: World, colleague: str) -> None:
    [problem] = services.validate_yaml(NOTE.replace("noa@", "nao@"), workspace_id=world.workspace)

    assert "no member" in problem.message.render("en")
    assert "noa@shop.example" in problem.message.render("en")


def test_a_mail_server_that_is_down_is_tried_again(
    world: World, colleague: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Any] = []
    connect = notes._connect
    monkeypatch.setattr(notes, "_connect", lambda: (tried.append(1), connect())[1])
    world.apply(NOTE)
    world.together()
    for user in ("dana", "yossi"):
        world.track(user, "Demo Asked")
    world.settle()

    work(world)
    assert len(tried) == 1, "one time-out a batch"
    assert calls(world) == [("reserved", None, 1, None)] * 2
    world.now += timedelta(seconds=5)
    with mailbox.open(monkeypatch):
        work(world)

    assert len(mailbox.messages()) == 2
    assert calls(world) == [("done", "ok", 2, None)] * 2

"""What a workspace sets up: policy, providers, and the capture mailbox that is there without any."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from messaging_shop import Shop
from smtp_servers import Script

from kesher.kernel.sealed import unseal
from kesher.messaging import capture, queries, registry, services
from kesher.messaging.errors import AddressInvalid, CapturedMailNotFound, PolicyInvalid, ProviderInvalid
from kesher.messaging.policy import Policy
from kesher.messaging.registry import Account


@pytest.mark.parametrize(
    ("caps", "quiet", "paths"),
    [
        ("no", {}, ["caps"]),
        ([{}] * 11, {}, ["caps"]),
        (["x"], {}, ["caps.0"]),
        ([{"limit": 0, "window_hours": 24}], {}, ["caps.0.limit"]),
        ([{"limit": True, "window_hours": 24}], {}, ["caps.0.limit"]),
        ([{"limit": 1, "window_hours": 24}, {"limit": 1}], {}, ["caps.1.window_hours"]),
        ([{"limit": 1, "window_hours": 24, "action": "maybe"}], {}, ["caps.0.action"]),
        ([{"limit": 1, "window_hours": 24, "per": "day"}], {}, ["caps.0.per"]),
        ([{"limit": 1, "window_hours": 24, "channel": 3}], {}, ["caps.0.channel"]),
        ([], "22-8", ["quiet_hours"]),
        ([], {"start": "22:00"}, ["quiet_hours.end"]),
        ([], {"start": "25:00", "end": "08:00"}, ["quiet_hours.start"]),
        ([], {"start": "08:00", "end": "08:00"}, ["quiet_hours.end"]),
        (
            [],
            {"start": "22:00", "end": "08:00", "action": "x", "zone": "UTC"},
            ["quiet_hours.zone", "quiet_hours.action"],
        ),
    ],
)
def test_a_mistake_in_the_policy_is_named_by_its_place(shop: Shop, caps: Any, quiet: Any, paths: list[str]) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        services.save_policy(shop.conn, workspace_id=shop.workspace_id, caps=caps, quiet_hours=quiet, now=shop.now)
    assert [problem.path for problem in caught.value.problems] == paths
    assert all("{" not in problem.message.en + problem.message.he for problem in caught.value.problems)
    assert queries.get_policy(shop.conn, workspace_id=shop.workspace_id) == Policy()


def test_a_policy_is_kept_per_workspace(shop: Shop) -> None:
    saved = services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id,
        caps=[{"channel": "email", "limit": 3, "window_hours": 24, "action": "drop"}],
        quiet_hours={"start": "21:30", "end": "07:00"},
        now=shop.now,
    )
    assert queries.get_policy(shop.conn, workspace_id=shop.workspace_id) == saved
    assert queries.get_policy(shop.conn, workspace_id=shop.workspace_id + 1) == Policy()


@pytest.mark.parametrize("address", ["", "x", "a@b.example\nc"])
def test_only_addresses_are_suppressed(shop: Shop, address: str) -> None:
    with pytest.raises(AddressInvalid):
        services.add_suppression(
            shop.conn, workspace_id=shop.workspace_id, address=address, reason="manual", now=shop.now
        )


# Providers.


def save(shop: Shop, **fields: Any) -> int:
    values: dict[str, Any] = {
        "workspace_id": shop.workspace_id,
        "channel": "email",
        "kind": "smtp",
        "name": "main",
        "settings": {"host": "mail.example"},
    }
    return services.save_provider(shop.conn, **{**values, **fields})


def test_a_provider_keeps_its_secret_to_itself(shop: Shop) -> None:
    number = save(shop, secret="hush-hush")
    save(shop, settings={"host": "other.example"}, rate_per_second=5.0)
    [shown] = queries.list_providers(shop.conn, workspace_id=shop.workspace_id)
    assert (shown.id, shown.has_secret, shown.rate_per_second) == (number, True, 5.0)
    assert shown.settings["host"] == "other.example"
    assert shown.settings["port"] == 587
    assert "hush" not in repr(shown)
    kept = shop.conn.execute("SELECT secret FROM messaging_provider").fetchone()
    assert kept is not None and b"hush" not in kept[0] and unseal(kept[0]) == "hush-hush"
    assert "hush" not in repr(Account(1, "smtp", "main", {}, secret="hush-hush"))
    assert queries.list_providers(shop.conn, workspace_id=shop.workspace_id + 1) == []
    assert not services.delete_provider(shop.conn, workspace_id=shop.workspace_id + 1, channel="email", name="main")
    assert services.delete_provider(shop.conn, workspace_id=shop.workspace_id, channel="email", name="main")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"kind": "pigeon"}, "kind"),
        ({"settings": {}}, "settings.host"),
        ({"settings": {"host": "x", "port": "many"}}, "settings.port"),
        ({"settings": {"host": "x", "tls": "maybe"}}, "settings.tls"),
        ({"settings": {"host": "x\r\ny"}}, "settings.host"),
        ({"settings": {"host": "x", "color": "red"}}, "settings.color"),
        ({"rate_per_second": 0}, "rate_per_second"),
    ],
)
def test_a_mistake_in_a_provider_is_named_by_its_place(shop: Shop, fields: dict[str, Any], path: str) -> None:
    with pytest.raises(ProviderInvalid) as caught:
        save(shop, **fields)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_the_kinds_that_come_with_kesher_explain_themselves_in_both_languages() -> None:
    assert [kind.key for kind in registry.list_provider_kinds()] == ["capture", "smtp"]
    for kind in registry.list_provider_kinds():
        texts = [kind.title, kind.setup, *(t for s in kind.settings for t in (s.label, s.help or s.label))]
        assert all(text.en and text.he for text in texts)
    with pytest.raises(ValueError, match="registered already"):
        registry.register_provider(registry.get_provider_kind("smtp"))


def test_a_rate_is_kept(shop: Shop, server: Script) -> None:
    row = shop.conn.execute("SELECT settings FROM messaging_provider").fetchone()
    assert row is not None
    save(shop, name="test", settings=row[0], rate_per_second=50)
    for _ in range(20):
        shop.reserve(shop.add_profile())
    began = time.monotonic()
    assert shop.send() == 20
    # A burst of a tenth of a second's worth (five), then one every 20 ms.
    assert time.monotonic() - began >= 15 / 50


# The capture mailbox.


@pytest.fixture
def mailbox(tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
    """A capture mailbox that listens, and is where mail goes without a provider."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop = threading.Event()
    folder = capture.mailbox_folder(tmp_path)
    thread = threading.Thread(target=capture.serve, kwargs={"folder": folder, "port": port, "stop": stop})
    thread.start()
    settings.DATA_DIR, settings.MAILBOX_PORT = tmp_path, port
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.02)
    yield folder
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_without_a_provider_mail_is_captured(shop: Shop, mailbox: Path) -> None:
    shop.reserve(shop.add_profile("dana@people.example", traits={"first_name": "דנה"}))
    shop.reserve(shop.add_profile("ruth@people.example", language="en", traits={"first_name": "Ruth"}))
    assert shop.send() == 2

    newest = queries.list_captured()
    assert {(mail.recipient, mail.subject) for mail in newest} == {
        ("דנה <dana@people.example>", "שלום דנה"),
        ("Ruth <ruth@people.example>", "Hello Ruth"),
    }
    assert [mail.key for mail in newest] == sorted((mail.key for mail in newest), reverse=True)
    [dana] = queries.list_captured(recipient="dana@")
    content = queries.get_captured(dana.key)
    assert "היי דנה" in content.html
    assert "היי דנה" in content.text
    assert ("Subject", "שלום דנה") in content.headers
    assert content.mail == dana


def test_any_mail_program_can_write_to_the_mailbox(mailbox: Path, settings: LazySettings) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "hello", "a@b.example", "c@d.example"
    mail.set_content(".dot at the start\nשלום\n")
    with smtplib.SMTP("127.0.0.1", settings.MAILBOX_PORT) as client:
        client.send_message(mail)
    [kept] = queries.list_captured()
    assert queries.get_captured(kept.key).text == ".dot at the start\nשלום\n"


def test_the_mailbox_answers_by_the_book(mailbox: Path, settings: LazySettings) -> None:
    with smtplib.SMTP("127.0.0.1", settings.MAILBOX_PORT) as client:
        client.ehlo()
        assert {"pipelining", "smtputf8", "size"} <= set(client.esmtp_features)
        said = [client.docmd(word)[0] for word in ("RCPT TO:<a@b.example>", "DATA", "NOOP", "VRFY x", "EXPN x")]
        assert said == [503, 503, 250, 252, 502]
        client.mail("a@b.example")
        client.rset()
        assert client.docmd("RCPT TO:<a@b.example>")[0] == 503
        client.mail("a@b.example")
        client.rcpt("c@d.example")
        client.docmd("DATA")
        assert client.docmd(".")[0] == 250
    assert [queries.get_captured(mail.key).raw for mail in queries.list_captured()] == [b""]


def test_a_text_may_come_in_any_pieces(mailbox: Path, settings: LazySettings) -> None:
    text = b"Subject: cut\r\n\r\n..one\r\ntwo\r\n"
    said = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + text + b".\r\nQUIT\r\n"
    with socket.create_connection(("127.0.0.1", settings.MAILBOX_PORT), 10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(said), 3):
            client.sendall(said[start : start + 3])
        answers = b""
        while chunk := client.recv(4096):
            answers += chunk
    assert [line[:3] for line in answers.splitlines()] == [b"220", b"250", b"250", b"354", b"250", b"221"]
    [kept] = queries.list_captured()
    assert queries.get_captured(kept.key).raw == text.replace(b"..one", b".one")


def test_a_line_without_end_is_cut_off(mailbox: Path, settings: LazySettings) -> None:
    with socket.create_connection(("127.0.0.1", settings.MAILBOX_PORT), 10) as client:
        client.sendall(b"x" * 5000)
        answers = b""
        while chunk := client.recv(4096):
            answers += chunk
    assert [line[:3] for line in answers.splitlines()] == [b"220", b"500"]


def test_the_mailbox_keeps_the_newest(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    maildir = capture.Maildir(folder, kept=3)
    names = [maildir.add(b"Subject: %d\r\n\r\n" % n) for n in range(5)]
    assert [mail.subject for mail in queries.list_captured(folder=folder)] == ["4", "3", "2"]
    again = capture.Maildir(folder, kept=3)
    again.add(b"Subject: 5\r\n\r\n")
    assert [mail.subject for mail in queries.list_captured(folder=folder, limit=2)] == ["5", "4"]
    with pytest.raises(CapturedMailNotFound):
        queries.get_captured(names[0], folder=folder)


@pytest.mark.parametrize("key", ["nothing", "../../settings", "..", ""])
def test_a_name_cannot_lead_out_of_the_mailbox(tmp_path: Path, key: str) -> None:
    capture.Maildir(tmp_path / "mailbox")
    (tmp_path / "settings").write_text("secret")
    with pytest.raises(CapturedMailNotFound):
        queries.get_captured(key, folder=tmp_path / "mailbox")

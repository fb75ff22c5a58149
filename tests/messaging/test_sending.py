"""A reserved message becomes an e-mail, an entry in the ledger and an event."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import psycopg
import pytest
from messaging_shop import Shop, make_template
from pytest_django import Settings
from smtp_servers import HANG_UP, Script, refusing

from kesher.content import services as content
from kesher.events import services as events
from kesher.kernel.relations import Relation
from kesher.messaging import services
from kesher.messaging.errors import RecipientNotFound, TemplateNotReady
from kesher.messaging.sender.outcome import MOST_ATTEMPTS


def mails(server: Script) -> list[EmailMessage]:
    """What the server took, parsed by the standard library."""
    parsed = [message_from_bytes(each, policy=policy.default) for each in server.messages]
    assert all(mail.defects == [] for mail in parsed)
    return parsed


def test_a_reserved_message_is_handed_over_and_recorded(shop: Shop, server: Script) -> None:
    person = shop.add_profile("dana@people.example", traits={"first_name": "דנה"})
    message = shop.reserve(person, run_id=7)

    assert shop.send() == 1

    assert shop.state(message) == ("sent", None)
    assert shop.field(message, "sent_at") == shop.now
    assert shop.field(message, "address") == "dana@people.example"
    assert shop.field(message, "language") == "he"
    assert shop.field(message, "lease_owner") is None
    assert shop.field(message, "attempts") == 1
    assert b"RCPT TO:<dana@people.example>" in server.commands
    assert shop.events() == [
        (
            "Message Sent",
            person,
            {
                "message_id": message,
                "channel": "email",
                "topic": "news",
                "template": "hello",
                "run_id": 7,
                "node": "mail",
            },
        )
    ]
    assert shop.send() == 0


def test_the_mail_reads_right_in_hebrew(shop: Shop, server: Script) -> None:
    person = shop.add_profile("dana@people.example", traits={"first_name": "דנה", "last_name": "כהן־לוי"})
    message = shop.reserve(person)
    shop.send()
    [mail] = mails(server)
    assert str(mail["Subject"]) == "שלום דנה"
    assert str(mail["From"]) == "החנות <news@shop.example>"
    assert str(mail["To"]) == "דנה כהן־לוי <dana@people.example>"
    assert str(mail["Date"]) == "Tue, 13 Jan 2026 12:00:00 +0000"
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert 'dir="rtl"' in html.get_content()
    assert "היי דנה" in html.get_content()
    assert "היי דנה" in text.get_content()
    assert services.read_unsubscribe(str(mail["List-Unsubscribe"]).strip("<>").rsplit("/", 1)[1]) == message
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("extension", "encoding", "announced"), [(b"8BITMIME", "8bit", True), (b"SMTPUTF8", "base64", False)]
)
def test_hebrew_leaves_as_it_is_only_to_a_server_that_takes_it(
    shop: Shop, server: Script, extension: bytes, encoding: str, announced: bool
) -> None:
    server.extensions = (b"PIPELINING", extension)
    shop.reserve(shop.add_profile(traits={"first_name": "דנה"}))

    assert shop.send() == 1

    [mail] = mails(server)
    assert [str(part["Content-Transfer-Encoding"]) for part in mail.iter_parts()] == [encoding, encoding]
    assert [part.get_content().count("היי דנה") for part in mail.iter_parts()] == [1, 1]
    [command] = [each for each in server.commands if each.startswith(b"MAIL FROM")]
    assert command.endswith(b" BODY=8BITMIME") == announced
    assert server.messages[0].isascii() != announced


def test_links_are_tracked_and_the_picture_tells_of_opens(shop: Shop, server: Script) -> None:
    message = shop.reserve(shop.add_profile(language="en"))
    shop.send()
    html = mails(server)[0].get_body(("html",))
    assert html is not None
    words = html.get_content().replace('"', " ").split()
    [click] = [word for word in words if "/c/" in word]
    link = services.read_click(click.rsplit("/", 1)[1])
    assert (link.message_id, link.url) == (message, "https://shop.example/p?id=1&n=2")
    [picture] = [word for word in words if "/o/" in word]
    assert services.read_open(picture.rsplit("/", 1)[1].removesuffix(".gif")) == message


def test_a_transactional_mail_offers_no_unsubscribe_header(shop: Shop, server: Script) -> None:
    shop.reserve(shop.add_profile(), purpose="transactional", lane=0)
    shop.send()
    assert mails(server)[0]["List-Unsubscribe"] is None


def test_the_context_of_a_message_is_seen_by_its_template(shop: Shop, server: Script) -> None:
    version = make_template(
        shop.workspace_id, shop.now, key="cart", subject="{{ event.properties.item }} / {{ run.step }}"
    )
    context = {"event": {"name": "Cart Left", "properties": {"item": "חלב"}}, "run": {"step": 3}, "customer": {"x": 1}}
    shop.reserve(shop.add_profile(traits={"first_name": "A"}), version_id=version, context=context)
    shop.send()
    assert str(mails(server)[0]["Subject"]) == "חלב / 3"


def test_a_template_says_what_a_person_belongs_to(shop: Shop, server: Script) -> None:
    subject = "{{ company.name }} ({{ company.role }}): {{ objects.course[1].title }}"
    version = make_template(shop.workspace_id, shop.now, key="company", subject=subject)
    person = shop.add_profile(traits={"first_name": "A"})
    told = [("company", "acme", {"name": "אקמי"}), ("course", "1", {"title": "א"}), ("course", "2", {"title": "ב"})]
    for kind, key, attributes in told:
        named = {"workspace_id": shop.workspace_id, "kind": kind, "key": key, "now": shop.now}
        events.save_object(shop.conn, attributes=attributes, **named)
        one = Relation("SELECT %(one)s::bigint AS profile_id", {"one": person})
        events.relate_people(shop.conn, one, role="admin", **named)
    shop.reserve(person, version_id=version)
    shop.send()
    assert str(mails(server)[0]["Subject"]) == "אקמי (admin): ב"


@pytest.mark.parametrize(
    "hostile",
    [
        "x\r\nBcc: all@people.example",
        "x\nBcc: all@people.example",
        "x\r\n\r\n<script>",
        "x\u2028Bcc: all@people.example",
        "x\x00y\x0b\x85",
        "=?utf-8?B?QmNj?=",
        '"x" <other@people.example>, y',
        "x\r\n.\r\nMAIL FROM:<a@b.example>",
        "y" * 3000,
        "ש" * 3000,
    ],
)
def test_a_value_cannot_add_headers_or_commands(shop: Shop, server: Script, hostile: str) -> None:
    values = {"first_name": hostile.replace("\x00", ""), "last_name": hostile.replace("\x00", "")}
    shop.reserve(shop.add_profile("dana@people.example", traits=values))
    assert shop.send() == 1
    [mail] = mails(server)
    assert sorted({name.lower() for name in mail}) == sorted(
        {
            "date",
            "from",
            "to",
            "subject",
            "message-id",
            "list-unsubscribe",
            "list-unsubscribe-post",
            "feedback-id",
            "mime-version",
            "content-type",
        }
    )
    assert [address.addr_spec for address in mail["To"].addresses] == ["dana@people.example"]
    assert max(len(line) for line in server.messages[0].split(b"\r\n")) <= 998
    assert b"\n" not in server.messages[0].replace(b"\r\n", b"")
    assert len([command for command in server.commands if command.startswith(b"MAIL")]) == 1


# Answers of the server.


def test_a_4xx_is_tried_again_later_with_the_same_message_id(shop: Shop, server: Script) -> None:
    server.answers["END"] = [b"451 4.7.1 greylisted"]
    message = shop.reserve(shop.add_profile())

    assert shop.send() == 0
    assert shop.state(message) == ("reserved", "retry")
    assert shop.field(message, "answer") == "451 4.7.1 greylisted"
    assert shop.field(message, "uncertain") is False
    later = shop.now + timedelta(seconds=60)
    assert shop.field(message, "available_at") == later
    assert shop.events() == []

    assert shop.send(later - timedelta(seconds=1)) == 0
    assert shop.send(later) == 1
    first, second = mails(server)
    assert first["Message-ID"] == second["Message-ID"]


def test_the_waits_double_and_end(shop: Shop, server: Script) -> None:
    server.answers["RCPT"] = [b"450 4.2.1 busy"] * MOST_ATTEMPTS
    message = shop.reserve(shop.add_profile())
    waits = []
    now = shop.now
    while shop.state(message)[0] == "reserved":
        shop.send(now)
        due = shop.field(message, "available_at")
        waits.append((due - now).total_seconds() / 60)
        now = due
    assert waits[:-1] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert shop.state(message) == ("failed", "gave_up")
    assert [name for name, *_ in shop.events()] == ["Message Failed"]


@pytest.mark.parametrize(
    ("step", "answer", "state", "suppressed"),
    [
        ("RCPT", b"550 5.1.1 no such user", ("failed", "bounced"), True),
        ("RCPT", b"550 no such user", ("failed", "bounced"), True),
        ("RCPT", b"553 bad mailbox", ("failed", "bounced"), True),
        ("RCPT", b"550 5.7.1 relaying denied", ("failed", "refused"), False),
        ("RCPT", b"552 5.2.2 mailbox full", ("failed", "refused"), False),
        ("RCPT", b"550 5.2.1 mailbox disabled", ("failed", "bounced"), True),
        ("RCPT", b"554 5.7.1 spam", ("failed", "refused"), False),
        ("RCPT", b"450 4.1.1 try later", ("reserved", "retry"), False),
        ("MAIL", b"550 5.1.8 your domain does not exist", ("failed", "refused"), False),
        ("MAIL", b"550 no", ("failed", "refused"), False),
        ("MAIL", b"452 4.3.1 full", ("reserved", "retry"), False),
        ("DATA", b"554 5.5.1 no", ("failed", "refused"), False),
        ("DATA", b"451 4.3.0 later", ("reserved", "retry"), False),
        ("END", b"550 5.1.1 no such user", ("failed", "bounced"), True),
        ("END", b"550 spam", ("failed", "refused"), False),
        ("END", b"554 5.6.0 bad", ("failed", "refused"), False),
        ("END", b"421 4.3.2 closing", ("reserved", "retry"), False),
        ("END", b"250 fine", ("sent", None), False),
    ],
)
def test_what_an_answer_means(
    shop: Shop, server: Script, step: str, answer: bytes, state: tuple[str, str | None], suppressed: bool
) -> None:
    server.answers[step] = [answer]
    person = shop.add_profile("Dana@people.example")
    message = shop.reserve(person)
    other = shop.reserve(shop.add_profile("other@people.example"))
    shop.send()
    assert shop.state(message) == state
    # A server that closes at the first message is left alone for a while.
    assert shop.state(other) == (("reserved", "retry") if answer.startswith(b"421") else ("sent", None))
    rows = shop.conn.execute("SELECT address, reason FROM messaging_suppression").fetchall()
    assert rows == ([("dana@people.example", "bounced")] if suppressed else [])
    names = [name for name, profile, _ in shop.events() if profile == person]
    expected = {
        ("failed", "bounced"): "Message Bounced",
        ("failed", "refused"): "Message Failed",
        ("sent", None): "Message Sent",
    }
    assert names == ([expected[state]] if state in expected else [])


def test_what_went_out_before_a_bounce_stays_sent_and_the_next_is_held(shop: Shop, server: Script) -> None:
    person = shop.add_profile()
    shop.reserve(person)
    shop.send()
    server.answers["RCPT"] = [b"550 5.1.1 gone"]
    shop.reserve(person)
    shop.send()
    third = shop.reserve(person)
    shop.send()
    assert shop.state(third) == ("held", "suppressed")


def test_the_unknowable_moment_is_retried_with_the_same_message_id_and_marked(shop: Shop, server: Script) -> None:
    server.answers["END"] = [b"250 ok", HANG_UP]
    before, lost, after = (shop.reserve(shop.add_profile()) for _ in range(3))

    shop.send()
    assert shop.state(lost) == ("reserved", "retry")
    assert shop.field(lost, "uncertain") is True
    assert [shop.field(m, "uncertain") for m in (before, after)] == [False, False]

    shop.send(shop.now + timedelta(minutes=1))
    assert [shop.state(m) for m in (before, lost, after)] == [("sent", None)] * 3
    ids = [mail["Message-ID"] for mail in mails(server)]
    assert len(ids) == 4
    assert len(set(ids)) == 3
    [event] = [properties for _, _, properties in shop.events() if properties["message_id"] == lost]
    assert event["uncertain"] is True


def test_a_connection_lost_before_the_text_costs_nothing(shop: Shop, server: Script) -> None:
    server.answers["DATA"] = [b"354 go", HANG_UP]
    first, second = shop.reserve(shop.add_profile()), shop.reserve(shop.add_profile())
    assert shop.send() == 2
    assert [shop.field(m, "uncertain") for m in (first, second)] == [False, False]
    assert [shop.field(m, "attempts") for m in (first, second)] == [1, 1]
    assert len(server.messages) == 2


def test_a_server_that_cannot_be_reached_costs_no_attempt(shop: Shop) -> None:
    message = shop.reserve(shop.add_profile())
    with refusing() as port:
        shop.use_server(port)
        assert shop.send() == 0
    assert shop.state(message) == ("reserved", "retry")
    assert shop.field(message, "attempts") == 0
    assert shop.field(message, "available_at") == shop.now + timedelta(seconds=1)


def test_an_account_whose_secret_cannot_be_read_waits_and_no_other_takes_its_mail(
    shop: Shop, server: Script, settings: Settings
) -> None:
    shop.use_server(1, secret="sealed under the old key", username="shop")
    message = shop.reserve(shop.add_profile())
    settings.SECRET_KEY = "a new key"
    shop.send()
    assert shop.state(message) == ("reserved", "retry")
    assert (shop.field(message, "attempts"), server.messages) == (0, [])
    assert "KESHER_SECRET_KEY" in shop.field(message, "answer")


# Templates.


def test_a_missing_value_stops_the_message_when_the_template_says_so(shop: Shop, server: Script) -> None:
    version = make_template(
        shop.workspace_id, shop.now, key="strict", subject="{{ customer.first_name }}", missing="stop"
    )
    nameless = shop.reserve(shop.add_profile(), version_id=version)
    named = shop.reserve(shop.add_profile(traits={"first_name": "A"}), version_id=version)
    shop.send()
    assert shop.state(nameless) == ("held", "missing_value")
    assert "customer.first_name" in shop.field(nameless, "answer")
    assert shop.state(named) == ("sent", None)


def test_a_template_that_fails_for_one_person_fails_for_her_alone(
    shop: Shop, server: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kesher.messaging.sender import outbox

    real = outbox.compose_email

    def compose(job: Any, *, eight_bit: bool) -> Any:
        if job.message.traits.get("first_name") == "poison":
            raise RuntimeError("a defect")
        return real(job, eight_bit=eight_bit)

    monkeypatch.setattr(outbox, "compose_email", compose)
    bad = shop.reserve(shop.add_profile(traits={"first_name": "poison"}))
    good = shop.reserve(shop.add_profile())
    shop.send()
    assert shop.state(bad) == ("failed", "template_error")
    assert shop.state(good) == ("sent", None)


def test_a_template_of_another_workspace_is_not_sent(shop: Shop, server: Script) -> None:
    row = shop.conn.execute(
        "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
        " VALUES ('other', 'Other', 'UTC', 'en', '{}', %s) RETURNING id",
        (shop.now,),
    ).fetchone()
    assert row is not None
    content.save_brand_kit(workspace_id=row[0], values={}, now=shop.now)
    version = make_template(row[0], shop.now, key="theirs")
    message = shop.reserve(shop.add_profile(), version_id=version)
    shop.send()
    assert shop.state(message) == ("failed", "template_error")
    assert server.messages == []


def test_a_person_of_another_workspace_is_not_written_to(shop: Shop, server: Script) -> None:
    stranger = shop.add_profile(workspace_id=shop.workspace_id + 1)
    message = shop.reserve(stranger)
    shop.send()
    assert shop.state(message) == ("held", "no_profile")
    assert server.messages == []


# The ledger.


def test_the_same_run_node_and_occurrence_is_reserved_once(shop: Shop) -> None:
    person = shop.add_profile()
    shop.reserve(person, run_id=5)
    with pytest.raises(AssertionError):
        shop.reserve(person, run_id=5)
    assert shop.conn.execute("SELECT count(*) FROM messaging_message").fetchone() == (1,)


def test_messages_of_ended_runs_are_cancelled_unless_they_are_on_their_way(shop: Shop, server: Script) -> None:
    person = shop.add_profile()
    sent = shop.reserve(person, run_id=1)
    shop.send()
    waiting, other = shop.reserve(person, run_id=1001), shop.reserve(person, run_id=1002)
    runs = Relation("SELECT unnest(%(x_ids)s::bigint[]) AS run_id", {"x_ids": [1, 1001]})

    assert services.cancel_messages(shop.conn, runs, now=shop.now) == 1

    assert shop.state(sent) == ("sent", None)
    assert shop.state(waiting) == ("held", "cancelled")
    assert shop.state(other) == ("reserved", None)
    assert [(name, p["reason"]) for name, _, p in shop.events("Message Held")] == [("Message Held", "cancelled")]


def test_asking_twice_with_one_request_key_sends_once(shop: Shop, server: Script) -> None:
    person = shop.add_profile(consent=None)
    ask: dict[str, Any] = {
        "workspace_id": shop.workspace_id,
        "profile_id": person,
        "template_version_id": shop.version_id,
        "now": shop.now,
    }
    first = services.reserve_one(shop.conn, request_key="order-7", **ask)
    again = services.reserve_one(shop.conn, request_key="order-7", **ask)
    other = services.reserve_one(shop.conn, request_key="order-8", **ask)
    assert (first.created, again.created, other.created) == (True, False, True)
    assert first.message_id == again.message_id != other.message_id
    assert shop.send() == 2


def test_an_api_send_cannot_reach_into_another_workspace(shop: Shop) -> None:
    person, stranger = shop.add_profile(), shop.add_profile(workspace_id=shop.workspace_id + 1)
    with pytest.raises(RecipientNotFound):
        services.reserve_one(
            shop.conn,
            workspace_id=shop.workspace_id,
            profile_id=stranger,
            template_version_id=shop.version_id,
            request_key="a",
            now=shop.now,
        )
    with pytest.raises(TemplateNotReady):
        services.reserve_one(
            shop.conn,
            workspace_id=shop.workspace_id + 1,
            profile_id=stranger,
            template_version_id=shop.version_id,
            request_key="a",
            now=shop.now,
        )
    assert shop.conn.execute("SELECT count(*) FROM messaging_message").fetchone() == (0,)
    assert person


def test_a_reservation_wakes_the_sender(shop: Shop, conn: psycopg.Connection) -> None:
    from kesher.kernel.db import connect
    from kesher.kernel.wake import MESSAGES, listen, wait_for_work

    with connect("test") as listening:
        listen(listening, [MESSAGES])
        shop.reserve(shop.add_profile())
        assert wait_for_work(listening, 5)


def test_lower_lanes_go_first(shop: Shop, server: Script) -> None:
    wanted = []
    for lane in (2, 1, 0, 2, 1, 0):
        person = shop.add_profile()
        shop.reserve(person, lane=lane, purpose="transactional" if lane == 0 else "marketing")
        wanted.append((lane, person))
    shop.send()
    arrived = [mail["To"].addresses[0].addr_spec for mail in mails(server)]
    assert arrived == [f"p{person}@people.example" for _, person in sorted(wanted)]


def test_nothing_leaves_before_it_is_due(shop: Shop, server: Script) -> None:
    message = shop.reserve(shop.add_profile(), at=shop.now + timedelta(minutes=5))
    assert shop.send() == 0
    assert shop.send(shop.now + timedelta(minutes=5)) == 1
    assert shop.field(message, "sent_at") == shop.now + timedelta(minutes=5)

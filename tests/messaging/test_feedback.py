"""What comes back from readers and providers, and the links by which it comes."""

from __future__ import annotations

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.kernel.tokens import TokenInvalid
from kesher.messaging import queries, services
from kesher.messaging.errors import MessageNotFound
from kesher.messaging.services import links


def sent(shop: Shop, **fields: object) -> tuple[int, int]:
    """A message that was sent, and whose."""
    person = shop.add_profile("Dana@people.example")
    message = shop.reserve(person, **fields)  # type: ignore[arg-type]
    assert shop.send() == 1
    return message, person


def test_a_human_open_and_click_count_once_and_are_logged_each_time(shop: Shop, server: Script) -> None:
    message, person = sent(shop)
    later = shop.now.replace(hour=13)
    services.record_open(shop.conn, message_id=message, now=shop.now, more={"user_agent": "Mail"})
    services.record_open(shop.conn, message_id=message, now=later)
    services.record_click(shop.conn, message_id=message, url="https://shop.example/", now=later)
    assert shop.field(message, "opened_at") == shop.now
    assert shop.field(message, "clicked_at") == later
    events = [(name, who, p.get("url"), p["machine"]) for name, who, p in shop.events()[1:]]
    assert events == [
        ("Message Opened", person, None, False),
        ("Message Opened", person, None, False),
        ("Message Clicked", person, "https://shop.example/", False),
    ]


def test_a_click_tells_that_it_was_opened(shop: Shop, server: Script) -> None:
    message, _ = sent(shop)
    services.record_click(shop.conn, message_id=message, url="https://shop.example/", now=shop.now)
    assert shop.field(message, "opened_at") == shop.now


def test_a_machines_open_and_click_are_logged_and_count_for_nothing(shop: Shop, server: Script) -> None:
    message, _ = sent(shop)
    services.record_open(shop.conn, message_id=message, now=shop.now, machine=True)
    services.record_click(shop.conn, message_id=message, url="https://x.example/", now=shop.now, machine=True)
    assert shop.field(message, "opened_at") is None
    assert shop.field(message, "clicked_at") is None
    assert [(name, p["machine"]) for name, _, p in shop.events()[1:]] == [
        ("Message Opened", True),
        ("Message Clicked", True),
    ]


def test_an_unsubscribe_ends_the_topic_and_only_that(shop: Shop, server: Script) -> None:
    message, person = sent(shop)
    shop.set_consent(person, "granted", topic="offers")
    services.record_unsubscribe(shop.conn, message_id=message, now=shop.now, source="one_click", wording="Unsubscribe")
    services.record_unsubscribe(shop.conn, message_id=message, now=shop.now)

    states = shop.conn.execute("SELECT topic, state FROM consent_state ORDER BY topic").fetchall()
    assert states == [("news", "denied"), ("offers", "granted")]
    entries = shop.conn.execute("SELECT topic, state, source, wording FROM consent_entry").fetchall()
    assert entries == [("news", "denied", "one_click", "Unsubscribe")]
    assert len(shop.events("Message Unsubscribed")) == 1
    blocked, other = shop.reserve(person), shop.reserve(person, topic="offers")
    shop.send()
    assert shop.state(blocked) == ("held", "no_consent")
    assert shop.state(other) == ("sent", None)


def test_an_old_link_still_works_after_a_new_yes(shop: Shop, server: Script) -> None:
    message, person = sent(shop)
    services.record_unsubscribe(shop.conn, message_id=message, now=shop.now)
    shop.set_consent(person, "granted", topic="news")
    services.record_unsubscribe(shop.conn, message_id=message, now=shop.now.replace(hour=14))
    assert shop.conn.execute("SELECT state FROM consent_state").fetchone() == ("denied",)


def test_a_message_without_a_topic_ends_the_channel(shop: Shop, server: Script) -> None:
    person = shop.add_profile(topic="")
    message = shop.reserve(person, topic="")
    shop.send()
    services.record_unsubscribe(shop.conn, message_id=message, now=shop.now)
    assert shop.conn.execute("SELECT topic, state FROM consent_state").fetchall() == [("", "denied")]


@pytest.mark.parametrize(("hard", "suppressed"), [(True, 1), (False, 0)])
def test_a_reported_bounce_counts_once_and_a_hard_one_suppresses(
    shop: Shop, server: Script, hard: bool, suppressed: int
) -> None:
    message, _ = sent(shop)
    for _ in range(2):
        services.record_bounce(
            shop.conn, workspace_id=shop.workspace_id, message_id=message, hard=hard, detail="5.1.1", now=shop.now
        )
    assert shop.field(message, "bounced_at") == shop.now
    assert [p["bounce"] for _, _, p in shop.events("Message Bounced")] == ["hard" if hard else "soft"]
    found = queries.list_suppressions(shop.conn, workspace_id=shop.workspace_id)
    assert [(s.address, s.reason, s.detail) for s in found] == [
        ("dana@people.example", "bounced", "5.1.1")
    ] * suppressed


def test_a_complaint_suppresses_and_counts_once(shop: Shop, server: Script) -> None:
    message, _ = sent(shop)
    for _ in range(2):
        services.record_complaint(shop.conn, workspace_id=shop.workspace_id, message_id=message, now=shop.now)
    assert len(shop.events("Message Complained")) == 1
    assert [s.reason for s in queries.list_suppressions(shop.conn, workspace_id=shop.workspace_id)] == ["complained"]
    assert services.remove_suppression(shop.conn, workspace_id=shop.workspace_id, address="DANA@people.example")
    assert queries.list_suppressions(shop.conn, workspace_id=shop.workspace_id) == []


def test_a_receipt_is_written_to_the_ledger(shop: Shop, server: Script) -> None:
    message, _ = sent(shop)
    services.record_delivery(shop.conn, workspace_id=shop.workspace_id, message_id=message, now=shop.now)
    assert queries.get_message(shop.conn, workspace_id=shop.workspace_id, message_id=message).delivered_at == shop.now


def test_one_workspace_cannot_report_on_or_see_anothers_message(shop: Shop, server: Script) -> None:
    message, _ = sent(shop)
    other = {"workspace_id": shop.workspace_id + 1, "message_id": message}
    with pytest.raises(MessageNotFound):
        services.record_delivery(shop.conn, **other, now=shop.now)
    with pytest.raises(MessageNotFound):
        services.record_bounce(shop.conn, **other, hard=True, now=shop.now)
    with pytest.raises(MessageNotFound):
        services.record_complaint(shop.conn, **other, now=shop.now)
    with pytest.raises(MessageNotFound):
        queries.get_message(shop.conn, **other)
    assert queries.list_messages(shop.conn, workspace_id=shop.workspace_id + 1) == []
    assert shop.field(message, "bounced_at") is None


@pytest.mark.parametrize("record", [services.record_open, services.record_unsubscribe])
def test_feedback_on_a_message_that_is_gone_is_refused(shop: Shop, record: object) -> None:
    with pytest.raises(MessageNotFound):
        record(shop.conn, message_id=999, now=shop.now)  # type: ignore[operator]


# Links.


@pytest.mark.parametrize(
    "url", ["https://shop.example/", "https://shop.example/מבצע?x=1&y=%20#z", "https://x.example/" + "a" * 1500]
)
def test_a_click_link_carries_its_message_and_address(url: str) -> None:
    link = links.make_click_url(2**40 + 7, url)
    found = links.read_click(link.rsplit("/", 1)[1])
    assert (found.message_id, found.url) == (2**40 + 7, url)


def test_a_changed_link_leads_nowhere() -> None:
    token = links.make_click_url(7, "https://shop.example/").rsplit("/", 1)[1]
    for position in range(len(token)):
        changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        try:
            # The last character may carry bits that base64 ignores.
            assert links.read_click(changed).url == "https://shop.example/"
            assert position == len(token) - 1
        except TokenInvalid:
            pass
    for broken in ("", "x", token[:-6], token + "AAAA", "ש", "a" * 5000):
        with pytest.raises(TokenInvalid):
            links.read_click(broken)


def test_a_link_made_for_one_thing_does_nothing_else() -> None:
    open_token = links.make_open_url(7).rsplit("/", 1)[1].removesuffix(".gif")
    assert links.read_open(open_token) == 7
    unsubscribe_token = links.make_unsubscribe_url(7).rsplit("/", 1)[1]
    assert links.read_unsubscribe(unsubscribe_token) == 7
    assert links.read_preferences(links.make_preferences_url(7).rsplit("/", 1)[1]) == 7
    for read in (links.read_unsubscribe, links.read_preferences, links.read_click):
        with pytest.raises(TokenInvalid):
            read(open_token)


# Reads.


def test_the_ledger_is_listed_newest_first_and_by_page(shop: Shop, server: Script) -> None:
    person = shop.add_profile()
    first, second, third = (shop.reserve(person) for _ in range(3))
    held = shop.reserve(shop.add_profile(consent=None))
    shop.send()
    ask = {"workspace_id": shop.workspace_id}
    assert [m.id for m in queries.list_messages(shop.conn, **ask, limit=2)] == [held, third]
    assert [m.id for m in queries.list_messages(shop.conn, **ask, limit=2, before=third)] == [second, first]
    assert [m.id for m in queries.list_messages(shop.conn, **ask, state="held")] == [held]
    shown = queries.list_messages(shop.conn, **ask, profile_id=person, limit=1)[0]
    assert (shown.template, shown.node, shown.state, shown.sent_at) == ("hello", "mail", "sent", shop.now)
    assert queries.count_messages(shop.conn, newest=100) == {(1, "sent"): 3, (1, "held"): 1}
    whose = queries.find_message_profile(shop.conn, message_id=first)
    assert whose is not None
    assert (whose.profile_id, whose.topic) == (person, "news")


def test_the_queue_tells_how_long_the_oldest_waits(shop: Shop) -> None:
    shop.reserve(shop.add_profile())
    shop.reserve(shop.add_profile(), lane=2, at=shop.now.replace(hour=23))
    [lane] = queries.get_queue_state(shop.conn, now=shop.now)
    assert (lane.lane, lane.ready, lane.oldest_at) == (1, 1, shop.now)

"""Several senders, senders that die, and the sender's own loop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest
from messaging_shop import Shop
from smtp_servers import Script

from kesher.kernel.clock import freeze_clock
from kesher.kernel.db import connect
from kesher.messaging import sender, services
from kesher.messaging.sender.batch import Claimed, Outcome
from kesher.messaging.sender.claim import Room, claim_batch
from kesher.messaging.sender.journal import Journal
from kesher.messaging.sender.recovery import recover, take_over_expired
from kesher.messaging.sender.settle import settle
from kesher.messaging.types import Lane, State

ALL = Room(dict.fromkeys(Lane, 100))


def claim(shop: Shop, owner: str) -> list[Claimed]:
    return claim_batch(shop.conn, owner=owner, now=shop.now, room=ALL).messages


# Several at once.


def test_a_cap_is_exact_under_two_senders_at_once(shop: Shop, server: Script) -> None:
    services.save_policy(
        shop.conn,
        workspace_id=shop.workspace_id,
        caps=[{"limit": 2, "window_hours": 24}],
        quiet_hours={},
        now=shop.now,
    )
    people = [shop.add_profile() for _ in range(40)]
    for _ in range(5):
        for person in people:
            shop.reserve(person)
    begin = threading.Barrier(2)

    def send_all() -> None:
        with connect("test") as own:
            begin.wait()
            for _ in range(30):
                sender.send_pending(own, now=shop.now, batch=7)

    threads = [threading.Thread(target=send_all) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    rows = shop.conn.execute("SELECT profile_id, state FROM messaging_message").fetchall()
    assert Counter(profile for profile, state in rows if state == "sent") == dict.fromkeys(people, 2)
    assert Counter(state for _, state in rows) == {"sent": 80, "reserved": 120}
    assert len(server.messages) == 80


def test_two_senders_never_hold_the_same_message(shop: Shop) -> None:
    people = [shop.add_profile() for _ in range(30)]
    for person in people:
        shop.reserve(person)
    taken: list[int] = []

    def take(owner: str) -> None:
        with connect("test") as own:
            for _ in range(20):
                batch = claim_batch(own, owner=owner, now=shop.now, room=Room({Lane.TRIGGERED: 3}))
                taken.extend(message.id for message in batch.messages)

    threads = [threading.Thread(target=take, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))


def test_one_marketing_message_of_a_person_is_claimed_at_a_time(shop: Shop) -> None:
    person = shop.add_profile()
    broadcast = shop.reserve(person, lane=2)
    first, second = shop.reserve(person), shop.reserve(person)
    receipts = [shop.reserve(person, purpose="transactional", lane=0) for _ in range(2)]
    assert [m.id for m in claim(shop, "a")] == [*receipts, first]
    assert [m.id for m in claim(shop, "a")] == [second]
    assert [m.id for m in claim(shop, "a")] == [broadcast]


def test_a_message_on_its_way_counts_under_a_cap(shop: Shop) -> None:
    services.save_policy(
        shop.conn, workspace_id=shop.workspace_id, caps=[{"limit": 1, "window_hours": 24}], quiet_hours={}, now=shop.now
    )
    person = shop.add_profile()
    first, second = shop.reserve(person), shop.reserve(person)
    assert [m.id for m in claim(shop, "a")] == [first]
    assert claim(shop, "b") == []
    assert shop.state(second) == ("reserved", "capped")


def test_only_one_sender_is_at_the_gate_of_a_shard(shop: Shop) -> None:
    shop.reserve(shop.add_profile())
    with connect("test") as other, other.transaction():
        assert claim_batch(other, owner="a", now=shop.now, room=Room({})).busy is False
        assert claim_batch(shop.conn, owner="b", now=shop.now, room=ALL).busy is True
    assert len(claim(shop, "b")) == 1


def test_a_workspace_gets_no_more_than_its_account_has_room_for(shop: Shop) -> None:
    messages = [shop.reserve(shop.add_profile()) for _ in range(5)]
    room = Room(dict.fromkeys(Lane, 100), {Lane.TRIGGERED: {shop.workspace_id: 2}})
    assert [m.id for m in claim_batch(shop.conn, owner="a", now=shop.now, room=room).messages] == messages[:2]
    room = Room(dict.fromkeys(Lane, 100), {Lane.TRIGGERED: {shop.workspace_id: 0}})
    assert claim_batch(shop.conn, owner="a", now=shop.now, room=room).taken == 0


# Death.


def test_a_dead_sender_is_taken_over_by_the_next_life_of_its_slot(shop: Shop, server: Script, tmp_path: Path) -> None:
    # Given a sender that died with four messages in hand: one answered and not recorded, one whose text had left, two
    # that were still waiting.
    answered, unknown, *waiting = (shop.reserve(shop.add_profile()) for _ in range(4))
    first = Journal(tmp_path)
    assert len(claim(shop, first.owner)) == 4
    first.begin(answered)
    first.sent(answered)
    first.begin(unknown)
    first.close()

    # When it starts again.
    second = Journal(tmp_path)
    assert second.owner == first.owner
    assert recover(shop.conn, second, now=shop.now) == 3
    second.close()

    # Then what was answered is sent, what had begun is uncertain, and the rest is as if nothing had happened.
    assert shop.state(answered) == ("sent", None)
    assert shop.field(answered, "uncertain") is False
    assert shop.field(answered, "address") is not None
    assert shop.field(unknown, "uncertain") is True
    assert [shop.field(m, "uncertain") for m in waiting] == [False, False]
    assert shop.send() == 3
    assert {shop.state(m) for m in (answered, unknown, *waiting)} == {("sent", None)}
    assert [properties["message_id"] for _, _, properties in shop.events("Message Sent")].count(answered) == 1
    assert len(shop.events("Message Sent")) == 4


def test_a_resent_message_has_the_message_id_it_had(shop: Shop, server: Script, tmp_path: Path) -> None:
    message = shop.reserve(shop.add_profile())
    shop.send()
    # The process died after the server's 250 and before the ledger knew.
    shop.conn.execute(
        "UPDATE messaging_message SET state = 'sending', lease_owner = 'x', lease_until = now() - interval '1 s'"
    )
    assert take_over_expired(shop.conn) == 1
    assert shop.field(message, "uncertain") is True
    shop.send()
    first, second = (message_from_bytes(content)["Message-ID"] for content in server.messages)
    assert first == second


def test_a_lease_that_runs_is_left_alone(shop: Shop) -> None:
    message = shop.reserve(shop.add_profile())
    claim(shop, "alive")
    assert take_over_expired(shop.conn) == 0
    assert shop.state(message) == ("sending", None)
    shop.conn.execute("UPDATE messaging_message SET lease_until = clock_timestamp() - interval '1 second'")
    assert take_over_expired(shop.conn) == 1
    assert shop.state(message) == ("reserved", None)


def test_a_sender_that_lost_its_lease_cannot_write_over_its_successor(shop: Shop) -> None:
    message = shop.reserve(shop.add_profile())
    claim(shop, "slow")
    shop.conn.execute("UPDATE messaging_message SET lease_until = clock_timestamp() - interval '1 second'")
    take_over_expired(shop.conn)
    claim(shop, "next")
    assert settle(shop.conn, [Outcome(message, State.FAILED)], owner="slow", now=shop.now) == 0
    assert shop.state(message) == ("sending", None)
    assert settle(shop.conn, [Outcome(message, State.SENT)], owner="next", now=shop.now) == 1


def test_the_journal_forgets_what_is_settled_and_survives_a_torn_note(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for number in range(1, 6):
        journal.begin(number)
    for number in range(1, 4):
        journal.sent(number)
    assert journal.remembered().begun == {4, 5}
    assert journal.remembered().sent == {1, 2, 3}
    with (tmp_path / "0.journal").open("ab") as file:
        file.write(b"b\0\0")
    assert journal.remembered().begun == {4, 5}
    journal.settled([1, 2, 3, 4])
    journal.settled([5])
    assert journal.remembered().begun == journal.remembered().sent == frozenset()
    journal.close()


def test_a_long_journal_is_rewritten_with_what_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kesher.messaging.sender.journal._REWRITE_AT_BYTES", 100)
    journal = Journal(tmp_path)
    for number in range(1, 100):
        journal.begin(number)
        journal.sent(number)
    journal.begin(100)
    journal.settled(list(range(1, 99)))
    assert (tmp_path / "0.journal").stat().st_size == 27
    assert (journal.remembered().begun, journal.remembered().sent) == ({100}, {99})
    journal.begin(101)
    assert journal.remembered().begun == {100, 101}
    journal.close()


def test_two_senders_on_one_machine_have_slots_of_their_own(tmp_path: Path) -> None:
    first, second = Journal(tmp_path), Journal(tmp_path)
    assert first.owner != second.owner
    first.close()
    again = Journal(tmp_path)
    assert again.owner == first.owner
    again.close()
    second.close()


# The loop.


@contextmanager
def running_sender(folder: Path) -> Iterator[threading.Event]:
    """The sender's process main, in a thread."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            sender.run(stop, folder=folder)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()
        assert failures == []


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_the_loop_sends_what_is_reserved_while_it_runs(shop: Shop, server: Script, tmp_path: Path) -> None:
    before = shop.reserve(shop.add_profile())
    with running_sender(tmp_path):
        wait_until(lambda: shop.state(before) == ("sent", None))
        after = [shop.reserve(shop.add_profile()) for _ in range(30)]
        wait_until(lambda: all(shop.state(m) == ("sent", None) for m in after))
    assert len(server.messages) == 31
    assert len(shop.events("Message Sent")) == 31


def test_the_loop_wakes_when_the_clock_is_moved(shop: Shop, server: Script, tmp_path: Path) -> None:
    freeze_clock(shop.conn, shop.now)
    later = shop.now.replace(hour=20)
    message = shop.reserve(shop.add_profile(), at=later)
    with running_sender(tmp_path):
        sooner = shop.reserve(shop.add_profile())
        wait_until(lambda: shop.state(sooner) == ("sent", None))
        assert shop.state(message) == ("reserved", None)
        freeze_clock(shop.conn, later)
        wait_until(lambda: shop.state(message) == ("sent", None))
    assert shop.field(message, "sent_at") == later


def test_a_process_that_dies_before_it_records_resends_nothing_that_was_answered(
    shop: Shop, server: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [shop.reserve(shop.add_profile()) for _ in range(20)]

    def die(*_: object, **__: object) -> int:
        raise RuntimeError("killed")

    # Given a sender that dies when it would record that the server took the mail.
    with monkeypatch.context() as patched:
        patched.setattr("kesher.messaging.sender.loop.settle", die)
        with pytest.raises(ExceptionGroup, match="unhandled"):
            sender.run(threading.Event(), folder=tmp_path)
    assert len(server.messages) >= 1
    assert {shop.state(m)[0] for m in messages} == {"sending"}

    # When its supervisor starts it again.
    with running_sender(tmp_path):
        wait_until(lambda: all(shop.state(m) == ("sent", None) for m in messages))

    # Then only what was cut off without an answer went out again, with its Message-ID, and is marked.
    sent = Counter(message_from_bytes(content)["Message-ID"] for content in server.messages)
    uncertain = sum(shop.field(m, "uncertain") for m in messages)
    assert len(sent) == 20
    assert len(server.messages) - 20 <= uncertain <= 1
    assert len(shop.events("Message Sent")) == 20


def test_a_stopped_loop_gives_back_what_it_did_not_send(shop: Shop, server: Script, tmp_path: Path) -> None:
    services.save_provider(
        shop.conn,
        workspace_id=shop.workspace_id,
        channel="email",
        kind="smtp",
        name="test",
        settings={"host": "127.0.0.1", "port": _port_of(shop), "tls": "none"},
        rate_per_second=5,
    )
    messages = [shop.reserve(shop.add_profile()) for _ in range(40)]
    with running_sender(tmp_path):
        wait_until(lambda: len(server.messages) >= 1)
    states = Counter(shop.state(m)[0] for m in messages)
    assert set(states) == {"sent", "reserved"}
    assert states["sent"] == len(server.messages) < 40
    assert shop.conn.execute("SELECT sum(attempts) FROM messaging_message").fetchone() == (states["sent"],)


def _port_of(shop: Shop) -> int:
    row = shop.conn.execute("SELECT settings ->> 'port' FROM messaging_provider").fetchone()
    assert row is not None
    return int(row[0])

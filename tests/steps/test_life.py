"""The life of journeys and runs: versions, pause, archive, merges, crashes, concurrency, workspaces, scale."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import pytest
from journey_world import ALL, World, furnish

from kesher.config import engine
from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.errors import JourneyNotFound, JourneyStateWrong, RunNotFound
from kesher.journeys.types import RunState
from kesher.kernel.db import connect

CART = """
journey: cart
name: Cart
entry: {event: Product Added}
exit:
  - event: Order Completed
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers, next: rest}
  rest: {type: wait, for: 1d}
"""

ASK = """
journey: ask
name: Ask
entry: {event: Product Added}
nodes:
  order: {type: wait_until, event: Order Completed, for: 2h, then: thanks, timeout: remind}
  thanks: {type: send_email, template: first, topic: offers}
  remind: {type: send_email, template: second, topic: offers}
"""


def test_people_in_flight_finish_the_version_they_began(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()
    world.apply(CART.replace("for: 1h", "for: 2h").replace("first", "second"))
    world.track("yossi", "Product Added")

    world.pass_time("1h")
    assert world.messages() == [("dana", "remind")]
    world.pass_time("1h")
    assert world.messages() == [("dana", "remind"), ("yossi", "remind")]

    assert world.rows("SELECT v.number, r.profile_id FROM journeys_run r JOIN journeys_version v ON v.id = r.version_id"
                      " ORDER BY r.id") == [(1, world.profile("dana")), (2, world.profile("yossi"))]  # fmt: skip


def test_the_exit_of_an_old_version_still_holds_for_its_people(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()
    world.apply(CART.replace("- event: Order Completed", "- event: Account Closed"))

    world.track("dana", "Order Completed")
    world.settle()

    assert world.runs() == [("hour", "exited", "exit")]


def test_a_paused_journey_holds_its_people_and_lets_nobody_in(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()

    services.pause_journey("cart", workspace_id=world.workspace, now=world.now)
    world.track("yossi", "Product Added")
    world.pass_time("5h")
    assert world.runs() == [("hour", "waiting", None)]
    assert queries.next_timer(world.conn, ALL) is None

    services.resume_journey("cart", workspace_id=world.workspace, now=world.now)
    world.settle()
    assert world.messages() == [("dana", "remind")]
    assert world.rows("SELECT due_at FROM journeys_run") == [(world.now + timedelta(days=1),)]


def test_an_exit_still_happens_while_the_journey_is_paused(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.settle()
    services.pause_journey("cart", workspace_id=world.workspace, now=world.now)

    world.track("dana", "Order Completed")
    world.settle()

    assert world.runs() == [("hour", "exited", "exit")]


def test_an_event_awaited_during_a_pause_is_not_forgotten(world: World) -> None:
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.settle()
    services.pause_journey("ask", workspace_id=world.workspace, now=world.now)
    world.track("dana", "Order Completed")
    world.pass_time("5h")
    assert world.messages() == []

    services.resume_journey("ask", workspace_id=world.workspace, now=world.now)
    world.settle()

    assert world.messages() == [("dana", "thanks")]


def test_an_archived_journey_lets_everybody_go(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.pass_time("1h")
    assert world.messages() == [("dana", "remind")]

    services.archive_journey("cart", workspace_id=world.workspace, now=world.now)
    world.track("yossi", "Product Added")
    world.settle()

    assert world.runs() == [("rest", "exited", "archived")]
    assert world.messages() == []


def test_states_change_only_in_their_order(world: World) -> None:
    world.apply(CART)
    with pytest.raises(JourneyStateWrong):
        services.resume_journey("cart", workspace_id=world.workspace, now=world.now)
    services.archive_journey("cart", workspace_id=world.workspace, now=world.now)
    with pytest.raises(JourneyStateWrong):
        world.apply(CART)
    with pytest.raises(JourneyNotFound):
        services.pause_journey("other", workspace_id=world.workspace, now=world.now)


def test_runs_follow_a_merge_and_the_older_one_stays(world: World) -> None:
    # given one person under two names, in the journey with both, and in another with the second
    world.apply(CART)
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.pass_time("10m")
    world.track("d2", "Product Added")
    world.settle()
    winner, loser = world.profile("d2"), world.profile("dana")

    # when they are merged
    events.merge_profiles(
        world.conn, workspace_id=world.workspace, winner_id=winner, loser_id=loser, reason="operator", now=world.now
    )
    world.settle()

    # then the older run of each journey goes on, for the winner
    assert world.rows("SELECT DISTINCT profile_id, shard FROM journeys_run") == [(winner, winner % 64)]
    assert sorted(world.runs()) == [
        ("hour", "exited", "merged"),
        ("hour", "waiting", None),
        ("order", "exited", "merged"),
        ("order", "waiting", None),
    ]
    assert world.rows("SELECT min(origin_profile_id) FROM journeys_run WHERE state = 'waiting'") == [(loser,)]
    world.track("d2", "Order Completed")
    world.settle()
    assert world.rows("SELECT DISTINCT m.node, m.profile_id FROM messaging_message m") == [("thanks", winner)]


def test_a_journey_that_may_be_entered_always_keeps_both_runs(world: World) -> None:
    world.apply(CART.replace("exit:", "reentry: {policy: always}\nexit:"))
    world.track("dana", "Product Added")
    world.track("d2", "Product Added")
    world.settle()

    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("dana"),
        loser_id=world.profile("d2"),
        reason="operator",
        now=world.now,
    )
    world.pass_time("1h")

    assert [state for _, state, _ in world.runs()] == ["waiting", "waiting"]


def test_after_an_undone_merge_each_run_is_with_its_own_person_again(world: World) -> None:
    world.apply(CART.replace("exit:", "reentry: {policy: always}\nexit:"))
    world.track("dana", "Product Added")
    world.track("d2", "Product Added")
    world.settle()
    before = world.rows("SELECT id, profile_id, shard FROM journeys_run ORDER BY id")
    merge = events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("dana"),
        loser_id=world.profile("d2"),
        reason="operator",
        now=world.now,
    )
    world.settle()
    assert world.rows("SELECT id, profile_id, shard FROM journeys_run ORDER BY id") != before

    events.undo_merge(world.conn, workspace_id=world.workspace, merge_id=merge.merge_id, now=world.now)
    world.settle()

    assert world.rows("SELECT id, profile_id, shard FROM journeys_run ORDER BY id") == before


def test_reentry_remembers_what_both_did_before_they_were_merged(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")
    world.track("dana", "Order Completed")
    world.track("d2", "Seen")
    world.settle()
    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("d2"),
        loser_id=world.profile("dana"),
        reason="operator",
        now=world.now,
    )

    world.track("d2", "Product Added")
    world.settle()

    assert len(world.runs()) == 1


class Crash(Exception):
    """The process dies before the commit."""


@pytest.mark.parametrize("moment", ["the entry", "the wait's end", "the exit"])
def test_a_crash_in_a_tick_doubles_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    world.apply(CART)
    acts = {
        "the entry": lambda: world.track("dana", "Product Added"),
        "the wait's end": lambda: setattr(world, "now", world.now + timedelta(hours=1)),
        "the exit": lambda: world.track("dana", "Order Completed"),
    }
    for name, act in acts.items():
        act()
        if name == moment:
            with monkeypatch.context() as patch, pytest.raises(Crash):
                patch.setattr(engine.events, "close_slice", _die)
                world.tick()
        world.settle()

    assert world.runs() == [("rest", "exited", "exit")]
    assert world.withdrawn() == [("remind", "cancelled")]
    [(run_id,)] = world.rows("SELECT id FROM journeys_run")
    assert world.steps(run_id) == [
        ("Journey Entered", "hour", None),
        ("Journey Step Entered", "hour", None),
        ("Journey Step Entered", "remind", "next"),
        ("Journey Step Entered", "rest", "next"),
        ("Journey Exited", "rest", None),
        ("Message Held", "remind", None),
    ]
    report = world.report("cart")
    assert (report.entered, report.exited) == (1, 1)


def _die(*_: object) -> None:
    raise Crash


def test_two_ticks_over_the_same_slice_start_one_run(world: World) -> None:
    # given an event, and two engines that believe to own every shard
    world.apply(CART.replace("exit:", "reentry: {policy: always}\nexit:"))
    world.track("dana", "Product Added")
    both = threading.Barrier(2, timeout=20)
    failures: list[Exception] = []

    def tick(consumer: str) -> None:
        with connect("test") as conn:
            engine.prepare(conn)
            with conn.transaction():
                events.open_slice(conn, consumer=consumer, shards=ALL, limit=1_000)
                both.wait()
                services.advance_journeys(conn, now=world.now, shards=ALL)

    def guarded(consumer: str) -> None:
        try:
            tick(consumer)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(consumer,)) for consumer in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert len(world.runs()) == 1


def test_workspaces_do_not_see_each_other(world: World) -> None:
    # given another business with a journey of the same key
    [(other,)] = world.rows(
        "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
        " VALUES ('other', 'Other', 'UTC', 'en', '{}', %s) RETURNING id",
        world.now,
    )
    furnish(other, world.now)
    world.apply(CART)
    world.apply(CART.replace("for: 1h", "for: 3h"), workspace=other)

    # when the same thing happens in both, and the order comes in one
    world.track("dana", "Product Added")
    world.track("dana", "Product Added", workspace=other)
    world.settle()
    world.track("dana", "Order Completed", workspace=other)
    world.pass_time("1h")

    # then each moved by itself
    assert world.rows("SELECT workspace_id, state FROM journeys_run ORDER BY workspace_id") == [
        (world.workspace, "waiting"),
        (other, "exited"),
    ]
    assert world.rows("SELECT workspace_id FROM messaging_message") == [(world.workspace,)]
    assert world.report("cart").entered == 1
    assert len(queries.list_runs(world.conn, workspace_id=other)) == 1
    [theirs] = queries.list_runs(world.conn, workspace_id=other)
    with pytest.raises(RunNotFound):
        queries.get_run_history(world.conn, workspace_id=world.workspace, run_id=theirs.id)
    assert services.export_yaml(workspace_id=other, key="cart") != services.export_yaml(
        workspace_id=world.workspace, key="cart"
    )


def test_runs_are_listed_page_by_page_and_by_person(world: World) -> None:
    world.apply(CART)
    for user in ("dana", "yossi", "noa"):
        world.track(user, "Product Added")
    world.track("noa", "Order Completed")
    world.settle()

    first = queries.list_runs(world.conn, workspace_id=world.workspace, journey="cart", limit=2)
    second = queries.list_runs(world.conn, workspace_id=world.workspace, journey="cart", before=first[-1].id)
    waiting = queries.list_runs(world.conn, workspace_id=world.workspace, state=RunState.WAITING)
    hers = queries.list_runs(world.conn, workspace_id=world.workspace, profile_id=world.profile("dana"))

    assert [len(first), len(second), len(waiting), len(hers)] == [2, 1, 2, 1]
    assert first[0].profile_id == world.profile("noa")
    assert first[0].reason == "exit"


def test_a_version_that_cannot_be_read_holds_its_own_people_and_nobody_elses(world: World) -> None:
    # given two journeys, and a release that no longer knows a node of the first
    world.apply(CART)
    world.apply(ASK)
    world.track("dana", "Product Added")
    world.settle()
    world.conn.execute(
        "UPDATE journeys_version SET digest = 'changed',"
        " definition = jsonb_set(definition, '{nodes,rest,type}', '\"x\"')"
        " WHERE journey_id = (SELECT id FROM journeys_journey WHERE key = 'cart')"
    )

    world.pass_time("2h")

    assert sorted(world.runs()) == [("hour", "waiting", None), ("remind", "completed", "completed")]


def test_due_timers_are_taken_in_bounded_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.journeys.tick import advancing

    monkeypatch.setattr(advancing, "DUE_BATCH", 4)
    world.apply(CART)
    world.together()
    for number in range(10):
        world.track(f"u{number}", "Product Added")
    world.settle()
    world.now += timedelta(hours=1)

    assert [world.tick().more for _ in range(3)] == [True, True, False]
    assert len(world.messages()) == 10


@pytest.mark.parametrize("journey", [CART, ASK])
def test_the_number_of_statements_does_not_depend_on_the_number_of_people(world: World, journey: str) -> None:
    world.apply(journey.replace("entry:", "exit: [{rule: {trait: blocked, op: eq, value: true}}]\nentry:")
                if journey is ASK else journey)  # fmt: skip

    world.settle()  # the definitions are read once a process
    few = _statements_for(world, "f", 10)
    many = _statements_for(world, "m", 1_000)

    assert few == many
    assert len(world.runs()) == 1_010


def _statements_for(world: World, prefix: str, people: int) -> list[int]:
    """Statements of the journeys' part of a tick: people enter, half of them order, time passes."""
    counts = []

    def count() -> None:
        conn = Counting(world.conn)
        with world.conn.transaction():
            events.open_slice(world.conn, consumer=f"count {prefix}", shards=ALL, limit=100_000)
            services.advance_journeys(conn, now=world.now, shards=ALL)  # type: ignore[arg-type]
        counts.append(conn.statements)

    world.together()
    for number in range(people):
        world.track(f"{prefix}{number}", "Product Added")
    world._flush()
    count()
    world.conn.execute("INSERT INTO events_cursor SELECT %s, shard, tx_id FROM events_cursor WHERE consumer = %s"
                       " ON CONFLICT DO NOTHING", (f"count {prefix}", "engine"))  # fmt: skip
    world.settle()
    world.now += timedelta(hours=3)
    count()
    world.settle()
    return counts


class Counting:
    """A connection that counts what is executed on it."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self._conn = conn
        self.statements = 0

    def execute(self, *args: object, **kwargs: object) -> object:
        self.statements += 1
        return self._conn.execute(*args, **kwargs)  # type: ignore[call-overload]

    def __getattr__(self, name: str) -> object:
        return getattr(self._conn, name)

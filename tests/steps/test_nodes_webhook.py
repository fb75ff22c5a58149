"""Webhooks: reserved in the tick, made by a worker, answered as events."""

from __future__ import annotations

import json
import threading

import pytest
from calling import calls, journey, order, work
from journey_world import World
from other_systems import OtherSystem
from twins import Twins

from kesher.journeys import services
from kesher.journeys.calls import network


def test_a_call_is_made_outside_the_tick_and_its_answer_remembered(
    world: World, system: OtherSystem, twins: Twins
) -> None:
    system.answer((200, {}, b'{"points": 120, "level": "gold"}'))
    body = '{customer: "{{ customer.email }}", total: "{{ event.properties.total }}", note: "Run {{ run.journey }}"}'
    world.apply(journey(system, f"into: loyalty\n    body: {body}"))
    world.identify("dana", email="dana@example.com")

    order(world, total=70.5)
    assert (system.asked, world.runs()) == ([], [("ask", "waiting", None)])
    work(world)

    [asked] = system.asked
    assert (asked.method, asked.path, asked.headers["Content-Type"]) == ("POST", "/orders/7", "application/json")
    assert asked.json == {"customer": "dana@example.com", "total": 70.5, "note": "Run call"}
    [(run,)] = world.rows("SELECT context -> 'run' FROM messaging_message")
    assert run["loyalty"] == {"points": 120, "level": "gold"}
    assert world.report("call").nodes[0].outcomes == {"ok": 1}
    assert calls(world) == [("done", "ok", 1, 200)]
    assert twins.compared["webhook"] == 2


@pytest.mark.parametrize(
    ("status", "outcome", "attempts"),
    [
        pytest.param(503, "ok", 2, id="a busy server is asked again"),
        pytest.param(429, "ok", 2, id="so is one that asks for patience"),
        pytest.param(404, "error", 1, id="what is wrong stays wrong"),
        pytest.param(302, "error", 1, id="a redirect is not followed"),
    ],
)
def test_the_class_of_the_answer_decides_about_another_attempt(
    world: World, system: OtherSystem, status: int, outcome: str, attempts: int
) -> None:
    system.answer((status, {"Location": "http://169.254.169.254/"}, b""), (200, {}, b"{}"))
    world.apply(journey(system, "on_error: broken"))
    order(world)

    work(world, "5s")
    work(world)

    assert len(system.asked) == attempts
    assert len({asked.headers["webhook-id"] for asked in system.asked}) == 1
    assert calls(world)[0][:3] == ("done", outcome, attempts)
    assert world.runs()[0][0] == ("mail" if outcome == "ok" else "broken")


def test_attempts_grow_apart_and_end(world: World, system: OtherSystem) -> None:
    system.answer((500, {}, b""))
    world.apply(journey(system, "tries: 3"))
    order(world)

    work(world, "4s")
    work(world)
    assert len(system.asked) == 1
    world.pass_time("1s")
    work(world, "19s")
    work(world)
    assert len(system.asked) == 2
    world.pass_time("1s")
    work(world)

    assert calls(world) == [("done", "error", 3, 500)]
    assert world.runs() == [("ask", "failed", "webhook_failed")]
    assert world.history().steps[-1].facts["error"] == "HTTP 500"


def test_the_receivers_own_delay_is_kept(world: World, system: OtherSystem) -> None:
    system.answer((429, {"Retry-After": "120"}, b""), (200, {}, b"{}"))
    world.apply(journey(system))
    order(world)

    work(world, "119s")
    work(world)
    assert len(system.asked) == 1
    world.pass_time("1s")
    work(world)

    assert calls(world) == [("done", "ok", 2, 200)]


@pytest.mark.parametrize(
    ("more", "run"),
    [
        ("timeout: late", ("late", "completed", "late")),
        ("", ("ask", "failed", "webhook_timeout")),
        ("on_error: broken", ("broken", "completed", "broken")),
    ],
    ids=["a way of its own", "no way", "the way of errors"],
)
def test_an_answer_that_does_not_come_in_time(
    world: World, system: OtherSystem, twins: Twins, more: str, run: tuple[str, str, str]
) -> None:
    world.apply(journey(system, f"{more}\n    for: 10m"))
    order(world)

    world.pass_time("9m")
    assert world.runs() == [("ask", "waiting", None)]
    world.pass_time("1m")

    assert world.runs() == [run]
    # and the call that was never made is withdrawn
    work(world)
    assert (system.asked, calls(world)) == ([], [("done", "withdrawn", 1, None)])
    assert twins.compared["webhook"] == 2


def test_a_call_of_a_run_that_ended_is_not_made(world: World, system: OtherSystem) -> None:
    world.apply(journey(system))
    order(world)

    world.track("dana", "Order Cancelled")
    world.settle()
    work(world)

    assert (system.asked, calls(world)) == ([], [("done", "withdrawn", 1, None)])


def test_a_worker_that_dies_is_followed_by_another_with_the_same_key(world: World, system: OtherSystem) -> None:
    world.apply(journey(system))
    order(world)
    world.conn.execute(
        "UPDATE journeys_call SET state = 'calling', attempts = 1, lease_owner = 'dead',"
        " lease_until = clock_timestamp() + interval '1 minute'"
    )
    work(world)
    assert system.asked == []

    world.conn.execute("UPDATE journeys_call SET lease_until = clock_timestamp() - interval '1 second'")
    work(world)

    assert len(system.asked) == 1
    assert calls(world) == [("done", "ok", 2, 200)]


def test_a_worker_that_lost_its_lease_records_nothing(world: World, system: OtherSystem) -> None:
    world.apply(journey(system))
    order(world)

    def rob() -> tuple[int, dict[str, str], bytes]:
        with network.socket.socket():  # another worker takes the call while this one waits for its answer
            from kesher.kernel.db import connect

            with connect("thief") as conn:
                conn.execute("UPDATE journeys_call SET lease_owner = 'other'")
        return 200, {}, b"{}"

    system.next_answer = rob  # type: ignore[method-assign]
    work(world)

    assert calls(world) == [("calling", None, 1, None)]
    assert world.rows("SELECT count(*) FROM events_event WHERE name = 'Webhook Answered'") == [(0,)]


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"", b'{"a": "' + b"x" * 70_000 + b'"}', b"[" * 60_000],
    ids=["no JSON", "nothing", "too long", "too deep"],
)
def test_an_answer_that_cannot_be_used_is_an_error(world: World, system: OtherSystem, answer: bytes) -> None:
    system.answer((200, {}, answer))
    world.apply(journey(system, "into: found\n    on_error: broken"))

    order(world)
    work(world)

    assert world.runs() == [("broken", "completed", "broken")]


def test_an_answer_that_drips_is_given_up(system: OtherSystem) -> None:
    system.drip = True
    system.answer((200, {}, b"x" * 100))
    request = network.Request("GET", system.url, {}, None)

    with pytest.raises(network.CallFailed) as failed:
        network.perform(request, allow_private=True, seconds=0.3)

    assert failed.value.timed_out


def test_the_worker_is_woken_by_a_reserved_call_and_stops_when_told(world: World, system: OtherSystem) -> None:
    asked, stop = threading.Event(), threading.Event()

    def answer() -> tuple[int, dict[str, str], bytes]:
        asked.set()
        return 200, {}, b"{}"

    system.next_answer = answer  # type: ignore[method-assign]
    world.apply(journey(system))
    worker = threading.Thread(target=services.run_calls, args=(stop,))
    worker.start()

    order(world)

    assert asked.wait(20)
    stop.set()
    worker.join(20)
    assert not worker.is_alive()
    world.settle()
    assert world.runs() == [("mail", "completed", "completed")]


def test_a_body_is_json_whatever_the_values_hold(world: World, system: OtherSystem) -> None:
    world.apply(
        journey(system, 'body: {said: "Said: {{ event.properties.said }}", tags: "{{ event.properties.tags }}"}')
    )

    order(world, said='a "quoted" \\ text\n', tags=["a", 1])
    work(world)

    assert json.loads(system.asked[0].body) == {"said": 'Said: a "quoted" \\ text\n', "tags": ["a", 1]}

"""Webhooks: reserved in the tick, made by a worker, answered as events; and notes to colleagues."""

from __future__ import annotations

import hmac
import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from journey_world import World
from other_systems import OtherSystem, other_system
from twins import Twins

from kesher.accounts import services as accounts
from kesher.journeys import queries, services
from kesher.journeys.calls import network
from kesher.journeys.errors import SecretInvalid

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def system(settings: Any) -> Iterator[OtherSystem]:
    """Another system, on an address that the operator allows."""
    settings.ALLOW_PRIVATE_ADDRESSES = True
    with other_system() as running:
        yield running


def journey(system: OtherSystem, more: str = "") -> str:
    """A journey that calls the other system and goes on with its answer."""
    late = "late: {type: exit, reason: late}" if "late" in more else ""
    broken = "broken: {type: exit, reason: broken}" if "broken" in more else ""
    return f"""
journey: call
name: Call
entry: {{event: Order Completed}}
exit: [{{event: Order Cancelled}}]
nodes:
  ask:
    type: webhook
    url: "{system.url}/orders/{{{{ event.properties.id }}}}"
    {more}
    next: mail
  mail: {{type: send_email, template: first, topic: offers}}
  {late}
  {broken}
"""


def order(world: World, **properties: Any) -> None:
    """Somebody orders, and the journey reserves its call."""
    world.track("dana", "Order Completed", {"id": 7, **properties})
    world.settle()


def work(world: World, duration: str = "") -> None:
    """The worker makes the calls that are due, and the engine hears of it; then time passes."""
    services.perform_calls(world.conn, now=world.now)
    world.pass_time(duration)


def calls(world: World) -> list[Any]:
    """(state, outcome, attempts, status) of each call."""
    return world.rows("SELECT state, outcome, attempts, status FROM journeys_call ORDER BY id")


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


def test_a_call_is_signed_so_that_the_receiver_can_check_it(world: World, system: OtherSystem) -> None:
    services.save_secret(world.conn, workspace_id=world.workspace, name="crm", value=SECRET, now=world.now)
    world.apply(journey(system, 'signed_with: crm\n    body: {name: "דנה"}'))

    order(world)
    work(world)

    [asked] = system.asked
    call_id, timestamp = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    signed = f"{call_id}.{timestamp}.".encode() + asked.body
    tag = hmac.digest(b64decode(SECRET.removeprefix("whsec_")), signed, "sha256")
    version, _, given = asked.headers["webhook-signature"].partition(",")
    assert (version, b64decode(given)) == ("v1", tag)
    assert timestamp == str(int(world.now.timestamp()))
    assert asked.headers["Idempotency-Key"] == call_id


def test_a_header_may_hold_a_secret_which_is_kept_sealed(world: World, system: OtherSystem) -> None:
    services.save_secret(
        world.conn, workspace_id=world.workspace, name="token", value="Bearer 0123456789", now=world.now
    )
    world.apply(journey(system, 'headers: {Authorization: {secret: token}, X-Order: "{{ event.properties.id }}"}'))

    order(world)
    work(world)

    assert system.asked[0].headers["Authorization"] == "Bearer 0123456789"
    assert system.asked[0].headers["X-Order"] == "7"
    everything = world.rows("SELECT to_jsonb(c)::text FROM journeys_call c") + world.rows(
        "SELECT definition::text FROM journeys_version"
    )
    assert all("0123456789" not in text for (text,) in everything)
    assert world.rows("SELECT sealed FROM journeys_secret") != [(b"Bearer 0123456789",)]
    assert [name for name, _ in queries.list_secrets(world.conn, workspace_id=world.workspace)] == ["token"]


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


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not network.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_a_public_address_is(address: str) -> None:
    assert network.is_public(address)


def test_private_addresses_are_refused_unless_the_operator_allows_them(
    world: World, system: OtherSystem, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    world.apply(journey(system.__class__(url=system.url.replace("127.0.0.1", "localhost"))))

    order(world)
    work(world)

    assert (system.asked, calls(world)) == ([], [("done", "error", 1, None)])
    assert "private address" in world.history().steps[-1].facts["error"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *args, **more: found)

    with pytest.raises(network.CallRefused):
        network.resolve("rebound.example", 80, allow_private=False)


@pytest.mark.parametrize(
    ("more", "path", "said"),
    [
        ("url: ftp://x.example", "nodes.ask.url", "http:// or https://"),
        ('url: "https://{{ customer.host }}/x"', "nodes.ask.url", "http:// or https://"),
        ("url: https://user@x.example/", "nodes.ask.url", "http:// or https://"),
        ('url: "https://x.example/{{ a"', "nodes.ask.url", ""),
        ("headers: {Host: x}", "nodes.ask.headers.Host", "written by Kesher"),
        ("headers: {webhook-id: x}", "nodes.ask.headers.webhook-id", "written by Kesher"),
        ('headers: {"a b": x}', "nodes.ask.headers.a b", "names of headers"),
        ("headers: {A: {secret: crn}}", "nodes.ask.headers.A", "Did you mean “crm”?"),
        ("signed_with: crn", "nodes.ask.signed_with", "Did you mean “crm”?"),
        ('body: {a: ["{{ b | nofilter }}"]}', "nodes.ask.body.a[0]", "nofilter"),
        ("into: event", "nodes.ask.into", "choose another name"),
        ("tries: 11", "nodes.ask.tries", "from 1 to 10"),
    ],
)
def test_a_mistake_is_named_where_it_stands(world: World, more: str, path: str, said: str) -> None:
    services.save_secret(world.conn, workspace_id=world.workspace, name="crm", value=SECRET, now=world.now)
    url = "" if more.startswith("url") else "url: https://x.example/\n    "
    text = f"""
journey: call
name: Call
entry: {{event: A}}
nodes:
  ask:
    type: webhook
    {url}{more}
"""

    problems = {p.path: p.message.render("en") for p in services.validate_yaml(text, workspace_id=world.workspace)}

    assert said in problems[path]


@pytest.mark.parametrize(("name", "value"), [("Big", "x" * 16), ("ok", "short"), ("ok", "ש" * 20), ("ok", "x" * 5_000)])
def test_a_secret_that_cannot_be_used_is_refused(world: World, name: str, value: str) -> None:
    with pytest.raises(SecretInvalid):
        services.save_secret(world.conn, workspace_id=world.workspace, name=name, value=value, now=world.now)


def test_export_and_apply_change_nothing(world: World, system: OtherSystem) -> None:
    services.save_secret(world.conn, workspace_id=world.workspace, name="crm", value=SECRET, now=world.now)
    more = 'method: PUT\n    headers: {A: "{{ run.id }}", B: {secret: crm}}\n    body: {a: [1, "x", null], b: {}}'
    world.apply(journey(system, f"{more}\n    signed_with: crm\n    into: found\n    tries: 2\n    timeout: late"))

    exported = services.export_yaml(workspace_id=world.workspace, key="call")

    assert not world.apply(exported).changed


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


def test_a_colleague_is_told_with_a_link_to_the_person(
    world: World, colleague: str, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("kesher.messaging.notes._hand_over", sent.append)
    world.apply(NOTE)
    world.identify("dana", first_name="Dana")

    world.track("dana", "Demo Asked", {"company": "Aleph"})
    world.settle()
    assert (sent, world.runs()) == ([], [("rest", "waiting", None)])
    work(world)
    work(world)

    [message] = sent
    assert (message["To"], message["Subject"]) == (colleague, "Dana asked for a demo")
    assert "Company: Aleph" in message.get_content()
    assert f"/app/people/{world.profile('dana')}" in message.get_content()
    assert calls(world) == [("done", "ok", 1, None)]
    assert twins.compared["notify"] == 1


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
    world: World, colleague: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []

    def refuse(message: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("kesher.messaging.notes._hand_over", refuse)
    world.apply(NOTE)
    world.track("dana", "Demo Asked")
    world.settle()
    work(world)
    monkeypatch.setattr("kesher.messaging.notes._hand_over", sent.append)
    world.now += timedelta(seconds=5)
    work(world)

    assert len(sent) == 1
    assert calls(world) == [("done", "ok", 2, None)]


def test_a_body_is_json_whatever_the_values_hold(world: World, system: OtherSystem) -> None:
    world.apply(
        journey(system, 'body: {said: "Said: {{ event.properties.said }}", tags: "{{ event.properties.tags }}"}')
    )

    order(world, said='a "quoted" \\ text\n', tags=["a", 1])
    work(world)

    assert json.loads(system.asked[0].body) == {"said": 'Said: a "quoted" \\ text\n', "tags": ["a", 1]}

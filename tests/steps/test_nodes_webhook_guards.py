"""What keeps webhooks safe: signatures and secrets, private addresses, mistakes named when saving."""

from __future__ import annotations

import hmac
from base64 import b64decode
from typing import Any

import pytest
from calling import calls, journey, order, work
from journey_world import World
from other_systems import OtherSystem

from kesher.journeys import queries, services
from kesher.journeys.calls import network
from kesher.journeys.errors import SecretInvalid

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


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

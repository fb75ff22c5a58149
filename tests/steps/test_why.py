"""Why somebody got something, or did not: the chain of facts of journeys, messages and broadcasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from journey_world import World

from kesher.journeys import queries, services
from kesher.journeys.queries import Account
from kesher.kernel.text import Text
from kesher.messaging import sender
from kesher.messaging import services as messaging
from kesher.messaging.errors import MessageNotFound
from kesher.segments import services as segments

CART = """
journey: cart
name: Cart
entry:
  event: Product Added
  where: [{property: price, op: gt, value: 10}]
  rule: {trait: plan, op: eq, value: gold}
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""


def ask(world: World, user: str, **subject: Any) -> Account:
    return queries.explain_outcome(
        world.conn, workspace_id=world.workspace, profile_id=world.profile(user), now=world.now, **subject
    )


def kinds(account: Account) -> list[str]:
    return [fact.kind for fact in account.facts]


def test_who_got_the_message_is_told_every_step_and_the_gates_verdict(world: World) -> None:
    world.apply(CART)
    world.identify("dana", plan="gold", email="dana@shop.test")
    world.track("dana", "Product Added", {"price": 20})
    world.pass_time("1h")
    sender.send_pending(world.conn, now=world.now)

    account = ask(world, "dana", journey="cart")

    assert kinds(account) == ["entered", "step_entered", "step_entered", "exited", "reserved", "held"]
    held = account.facts[-1]
    assert held.text.en == "It was held: There is no permission to write to this person on this topic."
    assert held.text.he == "היא נעצרה: אין הרשאה לפנות לאדם הזה בנושא הזה."
    number = account.facts[-2].details["message_id"]
    message = ask(world, "dana", message=number)
    assert message.answer.en.startswith("Not sent: There is no permission")
    assert kinds(message)[-2:] == ["reserved", "held"]
    world.identify("yossi", plan="basic")
    world.settle()
    with pytest.raises(MessageNotFound):
        ask(world, "yossi", message=number)


def test_who_did_not_enter_is_told_what_kept_her_out(world: World) -> None:
    world.identify("dana", plan="basic")
    world.identify("yossi", plan="gold")
    world.track("yossi", "Product Added", {"price": 20})
    world.settle()
    world.now += timedelta(minutes=1)
    world.apply(CART)
    world.track("dana", "Product Added", {"price": 5})
    world.track("dana", "Product Added", {"price": 20})
    world.settle()
    world.now += timedelta(hours=1)
    world.identify("dana", plan="gold")
    world.track("dana", "Product Added", {"price": 30}, occurred=world.now - timedelta(days=3))
    world.settle()

    dana, yossi = ask(world, "dana", journey="cart"), ask(world, "yossi", journey="cart")

    assert kinds(dana) == ["other_properties", "rule", "late"]
    rule = dana.facts[1]
    assert rule.basis == "replayed"
    assert rule.explanation is not None and rule.explanation.value == "basic"
    assert kinds(yossi) == ["no_event"]
    assert "before the journey went live" in yossi.facts[0].text.en


def test_a_second_event_and_a_paused_journey_have_their_reasons(world: World) -> None:
    world.apply(CART)
    world.identify("dana", plan="gold")
    world.track("dana", "Product Added", {"price": 20})
    world.pass_time("2h")
    world.track("dana", "Product Added", {"price": 20})
    world.settle()
    services.pause_journey("cart", workspace_id=world.workspace, now=world.now)
    world.identify("yossi", plan="gold")
    world.settle()

    assert kinds(ask(world, "dana", journey="cart"))[-2:] == ["state", "reentry"]
    assert kinds(ask(world, "yossi", journey="cart")) == ["state", "no_event"]


def test_a_broadcast_tells_who_was_not_in_its_audience(world: World) -> None:
    gold = {"trait": "plan", "op": "eq", "value": "gold"}
    name = Text(en="Gold", he="זהב")
    segments.save_segment(world.conn, workspace_id=world.workspace, key="gold", name=name, rule=gold, now=world.now)
    world.identify("dana", plan="gold", email="dana@shop.test")
    world.identify("yossi", plan="gold", email="yossi@shop.test")
    world.identify("noa", plan="basic", email="noa@shop.test")
    world.settle()
    world.identify("yossi", plan="basic")
    world.settle()
    messaging.create_broadcast(
        world.conn,
        workspace_id=world.workspace,
        key="june",
        name=Text(en="June", he="יוני"),
        template="first",
        segment="gold",
        topic="offers",
        now=world.now,
    )
    messaging.start_broadcast(world.conn, workspace_id=world.workspace, key="june", now=world.now)
    sender.send_pending(world.conn, now=world.now)

    dana, yossi, noa = (ask(world, user, broadcast="june") for user in ("dana", "yossi", "noa"))

    assert kinds(dana) == ["started", "reserved", "held"]
    assert (kinds(yossi), yossi.facts[-1].text.en) == (
        ["started", "segment"],
        "Left the segment “gold” before that.",
    )
    assert (noa.facts[-1].basis, noa.answer.en) == ("now", "The person was not among the recipients.")
    assert noa.facts[-1].explanation is not None and not noa.facts[-1].explanation.holds

"""Waits: for a time, until a time of day, until an event."""

from __future__ import annotations

from journey_world import World

CART = """
journey: cart
name: Cart
entry: {event: Product Added}
exit:
  - event: Order Completed
nodes:
  hour: {type: wait, for: 1h, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""


def test_a_wait_ends_after_its_time_and_not_before(world: World) -> None:
    world.apply(CART)
    world.track("dana", "Product Added")

    world.pass_time("59m")
    assert world.messages() == []

    world.pass_time("1m")
    assert world.messages() == [("dana", "remind")]
    assert world.runs() == [("remind", "completed", "completed")]
    assert world.steps() == [
        ("Journey Entered", "hour", None),
        ("Journey Step Entered", "hour", None),
        ("Journey Step Entered", "remind", "next"),
        ("Journey Exited", "remind", "next"),
    ]

"""A journey that calls another system, the worker that makes its calls, and what became of them."""

from __future__ import annotations

from typing import Any

from journey_world import World
from other_systems import OtherSystem

from kesher.journeys import services


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

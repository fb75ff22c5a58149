"""What passes between journeys and other systems can be looked at."""

from __future__ import annotations

from calling import journey, order, work
from journey_world import World
from other_systems import OtherSystem

from kesher.journeys import queries


def test_calls_are_listed_with_what_became_of_them_the_newest_first(world: World, system: OtherSystem) -> None:
    system.answer((200, {}, b"{}"), (404, {}, b""))
    world.apply(journey(system, "on_error: broken"))
    order(world)
    work(world)
    world.track("noa", "Order Completed", {"id": 8})
    world.settle()
    work(world)

    def listed(before: int | None = None, workspace: int = world.workspace) -> list[queries.WebhookCall]:
        return queries.list_calls(world.conn, workspace_id=workspace, before=before, limit=10)

    newest, oldest = listed()
    assert [(each.node, each.outcome, each.status) for each in (newest, oldest)] == [
        ("ask", "error", 404),
        ("ask", "ok", 200),
    ]
    assert listed(before=newest.id) == [oldest]
    assert listed(workspace=world.workspace + 1) == []


def test_the_steps_that_call_and_the_journeys_that_are_called_are_known(world: World, system: OtherSystem) -> None:
    world.apply(journey(system))
    world.apply(
        """
        journey: called
        name: {en: Called, he: נקרא}
        entry: {webhook: {email: person.email}}
        nodes: {rest: {type: wait, for: 1d}}
        """
    )

    [outgoing] = queries.list_outgoing_hooks(world.conn, workspace_id=world.workspace)
    [incoming] = queries.list_incoming_hooks(world.conn, workspace_id=world.workspace)

    assert (outgoing.journey, outgoing.node, outgoing.method) == ("call", "ask", "POST")
    assert outgoing.url == f"{system.url}/orders/{{{{ event.properties.id }}}}"
    assert (incoming.journey, incoming.state) == ("called", "live")
    assert queries.list_outgoing_hooks(world.conn, workspace_id=world.workspace + 1) == []

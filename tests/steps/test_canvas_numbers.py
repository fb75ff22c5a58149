"""The numbers on the canvas: of every node and edge, of a period or ever, and who stands where."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from journey_world import World

from kesher.journeys import queries
from kesher.journeys.queries import CanvasNumbers
from kesher.journeys.types import ConversionReport

CART = """\
journey: cart
name: Cart
entry: {event: Product Added}
reentry: {policy: always}
goal: {event: Order Completed, value: total, currency: ILS}
nodes:
  hour: {type: wait, for: 1h, next: which}
  which:
    type: split
    branches: [{name: rich, where: [{property: total, op: gt, value: 100}], next: rest}]
  rest: {type: wait, for: 30d}
"""


def report(world: World, **period: Any) -> CanvasNumbers:
    return queries.report_canvas(world.conn, workspace_id=world.workspace, key="cart", **period)


def three_days(world: World) -> None:
    """Ada and Dana add on the first day, Noa on the third; Dana is rich and buys on the second."""
    world.apply(CART)
    world.track("ada", "Product Added", {"total": 5})
    world.track("dana", "Product Added", {"total": 500})
    world.settle()
    world.pass_time("1h")
    world.settle()
    world.pass_time("23h")
    world.track("dana", "Order Completed", {"total": 12.5})
    world.settle()
    world.pass_time("1d")
    world.track("noa", "Product Added", {"total": 500})
    world.settle()


def test_nodes_and_edges_are_counted_and_people_are_where_they_are(world: World) -> None:
    three_days(world)

    told = report(world)

    nodes = {node.node: (node.type, node.entered, node.here, dict(node.outcomes)) for node in told.nodes}
    assert nodes == {
        "hour": ("wait", 3, 1, {"next": 2}),
        "which": ("split", 2, 0, {"rich": 1, "else": 1}),
        "rest": ("wait", 1, 0, {}),
    }
    assert {(edge.node, edge.outcome, edge.target): edge.count for edge in told.edges} == {
        ("hour", "next", "which"): 2,
        ("which", "rich", "rest"): 1,
        ("which", "else", None): 1,
    }
    assert (told.entered, told.active, told.goals, dict(told.ended)) == (3, 1, 1, {"completed": 1, "goal": 1})
    assert list(told.conversions) == [ConversionReport("", "", "ILS", 1, 1250)]


def test_a_period_has_its_own_days_only(world: World) -> None:
    first = world.now.date()
    three_days(world)
    second = first + timedelta(days=1)

    days = [report(world, start=day, until=day) for day in (first, second, second + timedelta(days=1))]

    assert [told.entered for told in days] == [2, 0, 1]
    assert [told.goals for told in days] == [0, 1, 0]
    assert [sum(c.value for c in told.conversions) for told in days] == [0, 1250, 0]
    assert {told.active for told in days} == {1}
    total: Counter[str] = Counter()
    for told in days:
        total.update({f"{edge.node}.{edge.outcome}": edge.count for edge in told.edges})
    assert dict(total) == {f"{edge.node}.{edge.outcome}": edge.count for edge in report(world).edges}


def test_the_median_stay_is_that_of_those_who_left(world: World) -> None:
    three_days(world)

    stays = {node.node: (node.median_seconds, node.stays) for node in report(world).nodes}

    assert stays["hour"] == (3600, 2)
    assert stays["which"][0] == 0
    assert stays["rest"] == (82_800, 1)


def test_an_edge_leads_where_its_own_version_says(world: World) -> None:
    three_days(world)
    world.apply(CART.replace("next: rest}]", "next: rest}]\n    else: rest"))

    edges = {(edge.node, edge.outcome, edge.target) for edge in report(world).edges}

    assert ("which", "else", None) in edges
    assert report(world, version=2).edges == []


def test_who_stands_at_a_node_is_listed_by_key(world: World) -> None:
    world.apply(CART)
    for user in ("ada", "dana", "noa"):
        world.track(user, "Product Added", {"total": 5})
    world.settle()

    page = {"workspace_id": world.workspace, "key": "cart", "node": "hour", "limit": 2}
    first = queries.list_people_at(world.conn, **page)
    rest = queries.list_people_at(world.conn, **page, before=first[-1].run_id)

    assert len(first) == 2 and len(rest) == 1
    assert len({person.profile_id for person in [*first, *rest]}) == 3
    assert first[0].due_at == world.now + timedelta(hours=1)

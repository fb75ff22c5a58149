"""Entries from outside: a program that names people, another system that calls."""

from __future__ import annotations

import pytest
from journey_world import World

from kesher.journeys import services
from kesher.journeys.errors import EntryClosed, HookBodyInvalid, HookNotFound
from kesher.journeys.types import EntriesRequested, Newcomer
from kesher.profiles.types import Kind

REST = "nodes: {rest: {type: wait, for: 30d}}\n"
API = "journey: called\nname: Called\nentry: {api: true}\n" + REST
HOOK = (
    "journey: called\nname: Called\nentry:\n  webhook:\n    email: customer.email\n    id: delivery\n"
    "    properties: {order: order.number, total: order.total}\nreentry: {policy: always}\n" + REST
)


def ask(world: World, request_key: str, *people: Newcomer) -> EntriesRequested:
    return services.request_entries(
        world.conn, workspace_id=world.workspace, key="called", request_key=request_key, people=people, now=world.now
    )


def contexts(world: World) -> list[dict[str, object]]:
    return [row[0]["event"]["properties"] for row in world.rows("SELECT context FROM journeys_run ORDER BY id")]


def test_a_program_lets_people_in_once_each_with_their_values(world: World) -> None:
    world.apply(API)
    world.identify("dana", email="Dana@Shop.test")
    world.identify("yossi")
    world.settle()
    people = (
        Newcomer(identifier=(Kind.EMAIL, " dana@shop.TEST"), values={"coupon": "A1", "journey": "other"}),
        Newcomer(profile_id=world.profile("yossi"), values={"coupon": "B2"}),
        Newcomer(identifier=(Kind.USER_ID, "dana")),
        Newcomer(identifier=(Kind.USER_ID, "nobody")),
        Newcomer(profile_id=10_000),
    )

    first = ask(world, "batch-1", *people)
    again = ask(world, "batch-1", *people)
    world.settle()

    assert first == EntriesRequested(accepted=2, repeated=1, unknown=(3, 4))
    assert again == EntriesRequested(accepted=0, repeated=3, unknown=(3, 4))
    assert contexts(world) == [{"coupon": "A1", "journey": "called"}, {"coupon": "B2", "journey": "called"}]


def test_only_a_live_journey_with_that_entry_can_be_asked(world: World) -> None:
    world.apply(API.replace("{api: true}", "{event: Order Completed}"))
    world.identify("dana")
    with pytest.raises(EntryClosed):
        ask(world, "one", Newcomer(identifier=(Kind.USER_ID, "dana")))
    world.apply(API)
    services.pause_journey("called", workspace_id=world.workspace, now=world.now)
    with pytest.raises(EntryClosed):
        ask(world, "one", Newcomer(identifier=(Kind.USER_ID, "dana")))


def test_another_system_calls_and_the_person_is_made(world: World) -> None:
    world.apply(HOOK)
    token = services.make_hook_path("called", workspace_id=world.workspace)
    body = {
        "delivery": 17,
        "customer": {"email": "New@Shop.test"},
        "order": {"number": "A-1", "total": 99.5},
        "secret": "not asked for",
    }

    assert services.receive_hook(world.conn, token, body, now=world.now)
    assert not services.receive_hook(world.conn, token, body, now=world.now), "the same delivery"
    assert services.receive_hook(world.conn, token, {**body, "delivery": 18}, now=world.now)
    world.settle()

    assert contexts(world) == [{"order": "A-1", "total": 99.5, "journey": "called"}] * 2
    assert world.rows("SELECT email FROM profiles_profile") == [("new@shop.test",)]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["customer.email", "delivery"]),
        ({"delivery": True, "customer": {"email": ""}}, ["customer.email", "delivery"]),
        ({"delivery": 1, "customer": {"email": ["a@b.test"]}}, ["customer.email"]),
        ({"delivery": 1, "customer": {"email": "null"}}, ["email"]),
    ],
)
def test_a_body_without_what_is_read_is_refused_by_place(
    world: World, body: dict[str, object], paths: list[str]
) -> None:
    world.apply(HOOK)
    token = services.make_hook_path("called", workspace_id=world.workspace)

    with pytest.raises(HookBodyInvalid) as refused:
        services.receive_hook(world.conn, token, body, now=world.now)

    assert [problem.path for problem in refused.value.problems] == paths


def test_a_replaced_address_and_a_forged_one_are_worth_nothing(world: World) -> None:
    world.apply(HOOK)
    token = services.make_hook_path("called", workspace_id=world.workspace)
    fresh = services.replace_hook("called", workspace_id=world.workspace, now=world.now)

    for wrong in (token, token[:-1], "x"):
        with pytest.raises(HookNotFound):
            services.receive_hook(world.conn, wrong, {}, now=world.now)
    assert services.receive_hook(
        world.conn, fresh, {"delivery": "1", "customer": {"email": "a@shop.test"}, "order": {}}, now=world.now
    )

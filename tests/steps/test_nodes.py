"""Nodes: send, split, random split, update profile, exit; joins and loops."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from journey_world import World

from kesher.consent import services as consent
from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.kernel.text import Text

SPLIT = """
journey: split
name: Split
entry: {event: Product Added}
nodes:
  which:
    type: split
    branches:
      - {name: gold, rule: {trait: plan, op: eq, value: gold}, next: gold_mail}
      - {name: dear, where: [{property: price, op: ge, value: 100}], next: dear_mail}
      - name: both
        rule: {trait: city, op: eq, value: Haifa}
        where: [{property: price, op: lt, value: 10}]
        next: gold_mail
    else: joined
  gold_mail: {type: send_email, template: first, topic: offers, next: joined}
  dear_mail: {type: send_email, template: second, topic: offers, next: joined}
  joined: {type: wait, for: 1d}
"""

RANDOM = """
journey: experiment
name: Experiment
entry: {event: Product Added}
nodes:
  chance:
    type: random
    salt: spring
    paths:
      - {name: a, weight: 6000, next: mail}
      - {name: b, weight: 3000, next: mail}
      - {name: control, weight: 1000, holdout: true}
  mail: {type: send_email, template: first, topic: offers, next: rest}
  rest: {type: wait, for: 1d}
"""


def test_a_message_carries_the_event_the_run_and_the_journey(world: World) -> None:
    world.apply(
        "{journey: now, name: Now, entry: {event: Order Completed},"
        " nodes: {mail: {type: send_email, template: first, purpose: transactional}}}"
    )

    world.track("dana", "Order Completed", {"total": 70, "items": ["milk"]})
    world.settle()

    [(lane, purpose, topic, occurrence, context)] = world.rows(
        "SELECT lane, purpose, topic, occurrence, context FROM messaging_message"
    )
    assert (lane, purpose, topic, occurrence) == (0, "transactional", "", 1)
    assert context["event"]["properties"] == {"total": 70, "items": ["milk"]}
    assert context["event"]["name"] == "Order Completed"
    assert context["journey"] == context["run"]["journey"] == "now"
    assert context["run"]["id"] == 1


def test_a_message_takes_the_template_of_the_moment(world: World) -> None:
    world.apply(
        "{journey: later, name: Later, entry: {event: Product Added}, nodes: {hour: {type: wait, for: 1h, next: mail},"
        " mail: {type: send_email, template: first, topic: offers}}}"
    )
    world.track("dana", "Product Added")
    world.settle()

    content.save_template(
        workspace_id=world.workspace,
        key="first",
        name="first",
        variants=[VariantSource(language="en", subject="New", body="<p>New</p>{% footer %}", body_format="html")],
        fallback_language="en",
        now=world.now,
    )
    world.pass_time("1h")

    assert world.rows(
        "SELECT v.number FROM messaging_message m JOIN content_template_version v ON v.id = m.template_version_id"
    ) == [(2,)]


def test_a_template_that_is_gone_fails_the_run_and_says_so(world: World) -> None:
    world.apply(
        "{journey: later, name: Later, entry: {event: Product Added}, nodes: {hour: {type: wait, for: 1h, next: mail},"
        " mail: {type: send_email, template: first, topic: offers}}}"
    )
    world.track("dana", "Product Added")
    world.settle()

    world.conn.execute("UPDATE content_template SET current_version_id = NULL WHERE key = 'first'")
    world.pass_time("1h")

    assert world.runs() == [("mail", "failed", "template_missing")]
    assert world.report("later").failed == 1


@pytest.mark.parametrize(
    ("traits", "price", "mails", "outcome"),
    [
        pytest.param({"plan": "gold"}, 500, ["gold_mail"], "gold", id="the first branch that holds"),
        pytest.param({}, 100, ["dear_mail"], "dear", id="by the entry event"),
        pytest.param({"city": "Haifa"}, 5, ["gold_mail"], "both", id="both conditions"),
        pytest.param({"city": "Haifa"}, 50, [], "else", id="one of two is not enough"),
        pytest.param({}, None, [], "else", id="a missing property"),
    ],
)
def test_a_split_takes_the_first_branch_that_holds(
    world: World, traits: dict[str, str], price: int | None, mails: list[str], outcome: str
) -> None:
    world.apply(SPLIT)
    world.identify("dana", **traits)

    world.track("dana", "Product Added", {} if price is None else {"price": price})
    world.settle()

    assert [node for _, node in world.messages()] == mails
    assert world.runs() == [("joined", "waiting", None)]
    assert world.steps()[2][2] == outcome


def test_a_random_split_is_fair_sticky_and_logged(world: World) -> None:
    # given a thousand people
    world.apply(RANDOM)
    world.together()
    for number in range(1_000):
        world.track(f"u{number}", "Product Added")
    world.settle()

    # then each went where the hash of her profile and the salt says
    taken = world.rows(
        "SELECT profile_id, properties ->> 'outcome', properties -> 'facts' FROM events_event"
        " WHERE name IN ('Journey Step Entered', 'Journey Exited') AND coalesce(properties ->> 'from', 'chance') ="
        " 'chance' AND properties -> 'facts' ? 'bucket'"
    )
    assert len(taken) == 1_000
    for profile_id, outcome, facts in taken:
        bucket = int(hashlib.md5(f"spring:{profile_id}".encode()).hexdigest()[:8], 16) % 10_000
        assert facts == {"salt": "spring", "bucket": bucket, "holdout": outcome == "control"}
        assert outcome == ("a" if bucket < 6_000 else "b" if bucket < 9_000 else "control")

    # and the shares are those of the weights, within four standard deviations
    shares = Counter(outcome for _, outcome, _ in taken)
    for name, share in (("a", 0.6), ("b", 0.3), ("control", 0.1)):
        assert abs(shares[name] - 1_000 * share) < 4 * (1_000 * share * (1 - share)) ** 0.5
    assert len(world.messages()) == shares["a"] + shares["b"]
    assert world.report("experiment").nodes[0].outcomes == dict(shares)


def test_a_person_keeps_her_path_in_the_next_version(world: World) -> None:
    world.apply(RANDOM + "reentry: {policy: always}\n")
    for number in range(20):
        world.track(f"u{number}", "Product Added")
    world.settle()

    world.apply(RANDOM.replace("chance", "renamed") + "reentry: {policy: always}\n")
    for number in range(20):
        world.track(f"u{number}", "Product Added")
    world.settle()

    paths: dict[int, set[str]] = {}
    for profile_id, outcome in world.rows(
        "SELECT profile_id, properties ->> 'outcome' FROM events_event WHERE properties -> 'facts' ? 'bucket'"
    ):
        paths.setdefault(profile_id, set()).add(outcome)
    assert len(paths) == 20
    assert all(len(outcomes) == 1 for outcomes in paths.values())


def test_update_profile_sets_literals_and_properties(world: World) -> None:
    world.apply(
        """
journey: traits
name: Traits
entry: {event: Order Completed}
nodes:
  note:
    type: update_profile
    set: {vip: true, last_total: {event: total}, last_shop: {event: shop.name}, coupon: {event: coupon}, tags: [a, b]}
"""
    )

    world.track("dana", "Order Completed", {"total": 70.5, "shop": {"name": "חיפה"}})
    world.settle()

    [(traits,)] = world.rows("SELECT traits FROM profiles_profile")
    assert {name: traits[name] for name in ("vip", "last_total", "last_shop", "tags")} == {
        "vip": True,
        "last_total": 70.5,
        "last_shop": "חיפה",
        "tags": ["a", "b"],
    }
    assert "coupon" not in traits
    assert world.rows("SELECT count(*) FROM events_event WHERE type = 'identify'") == [(1,)]
    assert world.runs() == [("note", "completed", "completed")]


def test_an_exit_node_gives_its_reason(world: World) -> None:
    world.apply(
        "{journey: out, name: Out, entry: {event: Product Added}, nodes: {bye: {type: exit, reason: not_for_us}}}"
    )

    world.track("dana", "Product Added")
    world.settle()

    assert world.runs() == [("bye", "completed", "not_for_us")]
    assert world.history().steps[-1].reason == "not_for_us"


def test_a_loop_sends_one_message_a_round(world: World) -> None:
    world.apply(
        """
journey: loop
name: Loop
entry: {event: Product Added}
exit: [{event: Order Completed}]
nodes:
  mail: {type: send_email, template: first, topic: offers, next: day}
  day: {type: wait, for: 1d, next: mail}
"""
    )
    world.track("dana", "Product Added")
    for _ in range(3):
        world.pass_time("1d")

    assert world.rows("SELECT occurrence FROM messaging_message ORDER BY id") == [(1,), (3,), (5,), (7,)]
    world.track("dana", "Order Completed")
    world.settle()
    assert world.runs() == [("day", "exited", "exit")]


def test_a_run_that_goes_round_without_end_is_failed(world: World) -> None:
    # given a loop that only a node of a lying type slows down
    from kesher.journeys.nodes.split import SplitNode

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SplitNode, "takes_time", lambda self, config: True)
        world.apply(
            """
journey: circle
name: Circle
entry: {event: Product Added}
nodes:
  a: {type: split, branches: [{name: on, where: [{property: x, op: eq, value: 1}], next: b}], else: b}
  b: {type: split, branches: [{name: on, where: [{property: x, op: eq, value: 1}], next: a}], else: a}
"""
        )
        world.track("dana", "Product Added")
        world.settle()

    assert world.runs() == [("a", "failed", "loop")]


def test_topics_of_the_workspace_reach_the_ledger(world: World) -> None:
    consent.create_topic(workspace_id=world.workspace, key="news", name=Text(en="News", he="חדשות"))
    world.apply(
        "{journey: news, name: News, entry: {event: Product Added},"
        " nodes: {mail: {type: send_email, template: first, topic: news}}}"
    )

    world.track("dana", "Product Added")
    world.settle()

    assert world.rows("SELECT lane, purpose, topic FROM messaging_message") == [(1, "marketing", "news")]

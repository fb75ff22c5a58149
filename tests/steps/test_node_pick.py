"""Picking a text by chance."""

from __future__ import annotations

from collections import Counter

from journey_world import World
from twins import Twins

from kesher.journeys import services

PICK = """
journey: subject
name: Subject
entry: {event: Signed Up}
reentry: {policy: always}
nodes:
  line:
    type: pick
    into: subject
    options: [{name: calm, value: Your cart}, {name: bold, value: "Still there?"}, {name: warm, value: We kept it}]
    next: mail
  mail: {type: send_email, template: first, topic: offers}
"""


def test_each_person_gets_one_of_the_texts_and_keeps_it(world: World, twins: Twins) -> None:
    world.apply(PICK)
    for _ in range(2):
        world.together()
        for number in range(150):
            world.track(f"u{number}", "Signed Up")
        world.settle()

    rows = world.rows("SELECT profile_id, context -> 'run' ->> 'subject' FROM messaging_message")
    picked = dict(rows)
    assert len(rows) == 300
    assert all(picked[profile_id] == text for profile_id, text in rows)
    shares = Counter(picked.values())
    assert set(shares) == {"Your cart", "Still there?", "We kept it"}
    assert all(abs(count - 50) < 4 * (150 * 2 / 9) ** 0.5 for count in shares.values())
    remembered = {effect.values["subject"] for effect in twins.effects if hasattr(effect, "values")}
    assert remembered == set(shares)


def test_the_choice_is_recorded_as_the_twin_says(world: World, twins: Twins) -> None:
    world.apply(PICK)

    world.track("dana", "Signed Up")
    world.settle()

    [(text, name)] = world.rows(
        "SELECT r.context ->> 'subject', e.properties -> 'facts' ->> 'picked' FROM journeys_run r"
        " JOIN events_event e ON e.properties -> 'facts' ? 'picked'"
    )
    assert {"calm": "Your cart", "bold": "Still there?", "warm": "We kept it"}[name] == text
    assert text in {effect.values["subject"] for effect in twins.effects if hasattr(effect, "values")}


def test_export_and_apply_change_nothing(world: World) -> None:
    world.apply(PICK.replace("into: subject", "into: subject\n    salt: spring"))

    exported = services.export_yaml(workspace_id=world.workspace, key="subject")

    assert not world.apply(exported).changed

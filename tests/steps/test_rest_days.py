"""Waits that keep a calendar: a window stays closed on Shabbat and festivals where the person is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from journey_world import World
from twins import Twins

from kesher.journeys import services
from kesher.journeys.errors import JourneyInvalid

WAIT = """\
journey: j
name: J
entry: {event: Start}
nodes:
  pause: {type: wait, until: {after: "10:00", before: "20:00", calendar: jewish}, next: remind}
  remind: {type: send_email, template: first, topic: offers}
"""
FRIDAY = datetime(2026, 1, 16, 15, 30, tzinfo=UTC)
"""17:30 in Jerusalem, where Shabbat has begun, and 10:30 in New York, where it has not."""


@pytest.fixture(autouse=True)
def twins(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    """Every decision of the live engine is compared with the node's twin in memory."""
    with Twins(world.conn, world.workspace).watching(monkeypatch) as twins:
        yield twins
        assert twins.compared.get("wait") or not world.rows("SELECT 1 FROM journeys_run")


def local(at: datetime) -> str:
    return at.astimezone(ZoneInfo("Asia/Jerusalem")).strftime("%a %H:%M")


def due(world: World) -> list[str]:
    return [local(at) for (at,) in world.rows("SELECT due_at FROM journeys_run WHERE state = 'waiting' ORDER BY id")]


def test_a_window_stays_closed_on_shabbat_where_the_person_is(world: World) -> None:
    world.apply(WAIT)
    world.now = FRIDAY
    world.identify("dana", timezone="Asia/Jerusalem")
    world.identify("tamar", address={"city": "חיפה", "country": "IL"})
    world.identify("noa", timezone="America/New_York")
    for user in ("dana", "tamar", "noa"):
        world.track(user, "Start")
    world.pass_time()
    assert world.messages() == [("noa", "remind")]

    # In winter the stars are out in Haifa a minute before Jerusalem.
    assert due(world) == ["Sat 17:39", "Sat 17:38"]
    world.pass_time("25h")

    assert sorted(user for user, _ in world.messages()) == ["dana", "noa", "tamar"]


def test_when_the_rest_ends_the_window_is_asked_again(world: World) -> None:
    world.apply(WAIT.replace('before: "20:00"', 'before: "16:00"'))
    world.now = FRIDAY
    world.track("dana", "Start")
    world.pass_time()
    # The window would open on Saturday at ten; then, after nightfall, it is closed until Sunday.
    assert due(world) == ["Sat 17:39"]

    world.pass_time("25h")
    assert due(world) == ["Sun 10:00"]
    world.pass_time("16h")

    assert world.messages() == [("dana", "remind")]


def test_a_wait_for_a_time_ends_on_a_rest_day_only_where_no_calendar_is_named(world: World) -> None:
    world.apply(WAIT.replace(", calendar: jewish", ""))
    world.now = FRIDAY
    world.track("dana", "Start")
    world.pass_time()

    assert world.messages() == [("dana", "remind")]


def test_a_calendar_that_is_not_there_is_refused_with_the_nearest(world: World) -> None:
    with pytest.raises(JourneyInvalid, match="Did you mean “jewish”"):
        services.apply_yaml(WAIT.replace("jewish", "jewsh"), workspace_id=world.workspace, now=world.now)
    world.apply(WAIT)
    exported = services.export_yaml(workspace_id=world.workspace, key="j")
    assert "calendar: jewish" in exported
    assert not services.apply_yaml(exported, workspace_id=world.workspace, now=world.now).changed

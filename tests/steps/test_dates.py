"""Entries on dates of people: their own clock, offsets, anniversaries, changed dates, merges, outages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from journey_world import World

from kesher.events import services as events
from kesher.journeys import queries, services
from kesher.journeys.fields import Place, Reading
from kesher.journeys.registry import entry_kinds
from kesher.journeys.tick import entering
from kesher.segments import queries as segments

REST = "nodes: {rest: {type: exit}}\n"
BIRTHDAY = (
    'journey: birthday\nname: Birthday\nentry: {date: birthday, offset: -3d, at: "09:00", yearly: true}\n'
    "reentry: {policy: after_exit}\n" + REST
)


def entered(world: World) -> list[tuple[str, datetime]]:
    """Who entered and when."""
    return world.rows(
        "SELECT i.value, r.entered_at FROM journeys_run r JOIN profiles_identifier i ON i.profile_id = r.profile_id"
        " AND i.kind = 'user_id' ORDER BY r.id"
    )


def go_to(world: World, *moment: int) -> datetime:
    world.now = datetime(*moment, tzinfo=UTC)  # type: ignore[misc]
    world.settle()
    return world.now


def test_a_birthday_comes_every_year_by_the_clock_where_the_person_lives(world: World) -> None:
    world.identify("dana", birthday="1990-01-20")
    world.identify("sam", birthday="1984-02-29", timezone="America/New_York")
    world.settle()
    world.apply(BIRTHDAY)
    world.settle()
    world.identify("late", birthday="2000-01-18")  # told after publishing
    world.identify("none", birthday=None)
    world.settle()

    assert queries.next_timer(world.conn, range(64)) == datetime(2026, 1, 15, 7, 0, tzinfo=UTC)
    go_to(world, 2026, 1, 15, 7, 0)
    go_to(world, 2026, 1, 17, 6, 59, 59)
    assert [user for user, _ in entered(world)] == ["late"]
    go_to(world, 2026, 1, 17, 7, 0)
    go_to(world, 2026, 2, 25, 13, 59)  # the 28th stands for the 29th; three days before, 09:00 in New York is 14:00
    assert [user for user, _ in entered(world)] == ["late", "dana"]
    go_to(world, 2026, 2, 25, 14, 0)
    go_to(world, 2027, 1, 15, 7, 0)

    assert [user for user, _ in entered(world)] == ["late", "dana", "sam", "late"]
    context = world.rows("SELECT context FROM journeys_run ORDER BY id LIMIT 1")[0][0]
    assert context == {"date": {"trait": "birthday", "at": "2026-01-15T07:00:00+00:00"}}


def test_a_changed_date_moves_the_timer_and_a_removed_one_takes_it_away(world: World) -> None:
    world.apply('journey: renewal\nname: Renewal\nentry: {date: renewal, at: "09:00"}\n' + REST)
    for user in ("dana", "yossi", "noa"):
        world.identify(user, renewal="2026-02-01")
    world.settle()
    world.now += timedelta(hours=1)
    world.identify("dana", renewal="2026-03-01")
    world.identify("yossi", renewal=None)
    world.identify("noa", timezone="Pacific/Auckland")
    world.settle()

    go_to(world, 2026, 1, 31, 20, 0)
    assert entered(world) == [("noa", world.now)]
    go_to(world, 2026, 2, 1, 7, 0)
    go_to(world, 2026, 3, 1, 7, 0)

    assert [user for user, _ in entered(world)] == ["noa", "dana"]
    assert world.rows("SELECT count(*) FROM journeys_date_timer") == [(0,)]


def test_a_touch_between_the_moment_and_the_tick_does_not_lose_it(world: World) -> None:
    world.apply(BIRTHDAY)
    world.identify("dana", birthday="1990-01-20")
    world.settle()

    world.now = datetime(2026, 1, 17, 7, 0, 5, tzinfo=UTC)
    world.identify("dana", birthday="1990-01-20", city="Haifa")
    world.settle()

    assert [user for user, _ in entered(world)] == ["dana"]
    assert world.rows("SELECT due_at FROM journeys_date_timer") == [(datetime(2027, 1, 17, 7, 0, tzinfo=UTC),)]


def test_an_outage_of_a_week_skips_the_day_and_keeps_the_next_year(world: World) -> None:
    world.apply(BIRTHDAY)
    world.identify("dana", birthday="1990-01-20")
    world.settle()

    go_to(world, 2026, 1, 24, 7, 0)

    assert entered(world) == []
    assert world.rows("SELECT due_at FROM journeys_date_timer") == [(datetime(2027, 1, 17, 7, 0, tzinfo=UTC),)]


def test_a_paused_journey_lets_nobody_in_and_a_merge_leaves_one_timer(world: World) -> None:
    world.apply(BIRTHDAY)
    world.identify("dana", birthday="1990-01-20")
    world.identify("dana2", birthday="1990-01-20")
    world.settle()
    events.merge_profiles(
        world.conn,
        workspace_id=world.workspace,
        winner_id=world.profile("dana"),
        loser_id=world.profile("dana2"),
        reason="same",
        now=world.now,
    )
    services.pause_journey("birthday", workspace_id=world.workspace, now=world.now)
    go_to(world, 2026, 1, 17, 7, 0)
    assert entered(world) == []

    services.resume_journey("birthday", workspace_id=world.workspace, now=world.now)
    world.settle()

    assert world.rows("SELECT count(*) FROM journeys_run") == [(1,)]
    assert world.rows("SELECT count(*) FROM journeys_date_timer") == [(1,)]


def test_publishing_builds_the_timers_in_chunks_and_an_edited_entry_builds_them_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "CHUNK", 7)
    for number in range(30):
        world.identify(f"u{number}", birthday=f"1990-03-{number % 28 + 1:02}")
    world.settle()

    world.apply(BIRTHDAY)
    world.settle()
    assert world.rows("SELECT count(*), min(due_at) FROM journeys_date_timer") == [
        (30, datetime(2026, 2, 26, 7, 0, tzinfo=UTC))
    ]
    world.apply(BIRTHDAY.replace("-3d", "-1d"))
    world.settle()

    assert world.rows("SELECT count(*), min(due_at) FROM journeys_date_timer") == [
        (30, datetime(2026, 2, 28, 7, 0, tzinfo=UTC))
    ]
    assert world.rows("SELECT count(*) FROM journeys_schedule") == [(0,)]


@pytest.mark.parametrize("at", ['"02:30"', '"00:00"', '"23:59"', "null"])
@pytest.mark.parametrize("yearly", ["true", "false"])
@pytest.mark.parametrize("offset", ["-1d", "3h", "null"])
def test_the_timers_hold_what_the_kind_says_in_memory(world: World, at: str, yearly: str, offset: str) -> None:
    values = ["2026-03-27", "2026-10-25", "2028-02-29", "2026-01-13T20:15:00Z", "2025-01-14", "nonsense", 7]
    zones = ["Asia/Jerusalem", "America/New_York", "Pacific/Auckland", None]
    world.together()
    for number, value in enumerate(values):
        for place, zone in enumerate(zones):
            world.identify(f"u{number}_{place}", day=value, timezone=zone)
    world.apply(
        f"journey: days\nname: Days\nentry: {{date: day, at: {at}, yearly: {yearly}, offset: {offset}}}\n"
        f"reentry: {{policy: after_exit}}\n{REST}"
    )
    world.settle()

    kept = dict(world.rows("SELECT profile_id, due_at FROM journeys_date_timer"))
    kind = entry_kinds()["date"]
    import yaml

    entry = yaml.safe_load(f"{{date: day, at: {at}, yearly: {yearly}, offset: {offset}}}")
    config = kind.read({k: v for k, v in entry.items() if v is not None}, Place(Reading(world.workspace)))
    ids = [world.profile(f"u{n}_{p}") for n in range(len(values)) for p in range(len(zones))]
    people = segments.load_people(world.conn, ids)
    told = {id: kind.next_moment(config, person, after=world.now) for id, person in people.items()}
    assert kept == {id: moment for id, moment in told.items() if moment is not None}
    assert len(kept) > 4

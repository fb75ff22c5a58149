"""The first screen: numbers of one workspace as they are now, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from callers import Caller

from kesher.config.engine import prepare, tick
from kesher.events import services as events
from kesher.events.types import EventType, IncomingEvent
from kesher.journeys import models as journeys
from kesher.journeys import services as journey_services
from kesher.kernel.clock import freeze_clock
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.messaging.models import Message, Provider
from kesher.segments import services as segments


def do(conn: psycopg.Connection, workspace_id: int, *ages: timedelta, now: datetime) -> None:
    """Events that arrived so long ago, read by the engine."""
    calls = [
        IncomingEvent(
            workspace_id=workspace_id,
            source_id=0,
            message_id=f"{workspace_id}-{number}",
            type=EventType.TRACK,
            name="Product Viewed",
            occurred_at=now - age,
            received_at=now - age,
            user_id=f"u{number % 3}",
        )
        for number, age in enumerate(ages)
    ]
    events.ingest(conn, calls, now=now)
    prepare(conn)
    while tick(conn, list(range(SHARDS))).more:
        pass


def seconds(*values: float) -> list[timedelta]:
    return [timedelta(seconds=value) for value in values]


@pytest.fixture
def message(workspace: int, now: datetime) -> Callable[..., Message]:
    number = iter(range(1, 1000))

    def make(state: str = "sent", age: timedelta = timedelta(hours=1), **values: Any) -> Message:
        at = now - age
        given = {"sent_at": at} if state == "sent" else {}
        return Message.objects.create(
            **{
                "workspace_id": workspace,
                "shard": 1,
                "profile_id": 1,
                "origin_profile_id": 1,
                "lane": 1,
                "channel": "email",
                "purpose": "marketing",
                "topic": "",
                "template_version_id": 1,
                "request_key": str(next(number)),
                "state": state,
                "available_at": at,
                "reserved_at": at,
                **given,
                **values,
            }
        )

    return make


def kinds_of(home: Any) -> set[str]:
    return {item["kind"] for item in home["attention"]}


def test_events_are_counted_by_when_they_arrived(
    conn: psycopg.Connection, workspace: int, other_workspace: int, api: Caller, stranger: Caller, now: datetime
) -> None:
    do(conn, workspace, *seconds(5, 30, 90, 3000, 3700, 80_000, 90_000), now=now)
    do(conn, other_workspace, *seconds(1), now=now)

    home = api("GET", "/home").json()

    pulse = home["events"]
    assert (pulse["last_minute"], pulse["last_day"]) == (2, 6)
    assert (pulse["last_hour"], sum(pulse["by_minute"]), len(pulse["by_minute"])) == (4, 4, 60)
    assert home["people"] == 3
    assert stranger("GET", "/home").json()["events"]["last_day"] == 1


def test_an_event_is_counted_once_however_often_the_engine_looks(
    conn: psycopg.Connection, workspace: int, api: Caller, now: datetime
) -> None:
    do(conn, workspace, *seconds(1, 2), now=now)
    do(conn, workspace, now=now)

    assert api("GET", "/home").json()["events"]["last_hour"] == 2


def test_counts_of_old_days_are_dropped(conn: psycopg.Connection, workspace: int, now: datetime) -> None:
    do(conn, workspace, *seconds(1), now=now)

    events.drop_old_pulse(conn, now=now + timedelta(days=1))
    assert conn.execute("SELECT count(*) FROM events_pulse").fetchone() == (1,)
    events.drop_old_pulse(conn, now=now + timedelta(days=3))
    assert conn.execute("SELECT count(*) FROM events_pulse").fetchone() == (0,)


def test_messages_are_told_by_state_since_the_workspaces_midnight(
    message: Callable[..., Message], api: Caller, now: datetime
) -> None:
    yesterday = timedelta(hours=14, minutes=1)  # now is 14:00 in Israel
    message("sent")
    message("sent", yesterday, delivered_at=now, opened_at=now)
    message("sent", timedelta(days=6), bounced_at=now)
    message("sent", timedelta(days=6), complained_at=now)
    message("sent", timedelta(days=8))
    message("held")
    message("held", yesterday)
    message("failed")
    message("reserved", available_at=now + timedelta(hours=1))

    home = api("GET", "/home").json()

    assert home["today_since"] == "2026-01-13T00:00:00+02:00"
    assert home["messages"] == {"waiting": 1, "sent": 1, "held": 1, "failed": 1}
    rates = home["deliverability"]
    assert (rates["sent"], rates["delivered_rate"], rates["bounced_rate"], rates["complained_rate"]) == (
        *(4, 0.25),
        *(0.25, 0.25),
    )


def test_without_messages_there_are_no_rates(api: Caller) -> None:
    assert api("GET", "/home").json()["deliverability"]["delivered_rate"] is None


def make_journey(workspace_id: int, now: datetime) -> tuple[int, int]:
    journey = journeys.Journey.objects.create(
        workspace_id=workspace_id, key="j", name={"en": "J", "he": "י"}, state="live", created_at=now
    )
    version = journeys.Version.objects.create(
        workspace_id=workspace_id, journey=journey, number=1, definition={"nodes": {}}, published_at=now
    )
    return journey.pk, version.pk


def test_a_journey_shows_who_is_in_it_who_is_late_and_who_failed(workspace: int, api: Caller, now: datetime) -> None:
    journey, version = make_journey(workspace, now)

    def run(state: str, **values: Any) -> None:
        given = {"workspace_id": workspace, "shard": 1, "profile_id": 1, "origin_profile_id": 1}
        moments = {"entered_at": now, "node_entered_at": now}
        journeys.Run.objects.create(**given, journey_id=journey, version_id=version, state=state, **moments, **values)

    run("waiting", due_at=now + timedelta(hours=1))
    run("waiting", due_at=now - timedelta(minutes=6))
    run("failed", ended_at=now - timedelta(hours=23))
    run("failed", ended_at=now - timedelta(hours=25))
    run("completed", ended_at=now, goal_at=now - timedelta(hours=1))
    run("completed", ended_at=now, goal_at=now - timedelta(days=2))
    for day, count in ((now.date(), 4), (now.date() - timedelta(days=3), 2)):
        journeys.Counter.objects.create(version_id=version, node="", outcome="entered", day=day, count=count)

    home = api("GET", "/home").json()

    assert [(each["people"], each["late"], each["failed"], each["entered"]) for each in home["journeys"]] == [
        (2, 1, 1, 6)
    ]
    assert home["goals"] == {"today": 1, "week": 2}
    assert kinds_of(home) >= {"journey_failing", "journey_late"}
    failing = next(item for item in home["attention"] if item["kind"] == "journey_failing")
    assert failing["target"] == {"screen": "journeys", "key": "j"}
    assert failing["text"] == {
        "en": "People who could not go on in “J” in the last day: 1.",
        "he": "אנשים שלא יכלו להמשיך במסע ”י“ ביממה האחרונה: 1.",
    }


def test_what_needs_attention_is_named_the_gravest_first(
    conn: psycopg.Connection, workspace: int, message: Callable[..., Message], api: Caller, now: datetime
) -> None:
    provider = Provider.objects.create(workspace_id=workspace, channel="email", kind="smtp", name="post")
    message("reserved", reason="retry", provider_id=provider.pk, answer="451 {later}")
    message("failed", reason="no_provider")
    for key, codes in (("empty", []), ("low", ["A"]), ("full", ["B", "C", "D"])):
        name = Text.from_dict(key)
        journey_services.save_coupon_pool(conn, workspace_id=workspace, key=key, name=name, warn_below=2, now=now)
        journey_services.add_coupons(conn, codes, workspace_id=workspace, key=key)
    rule = {"trait": "plan", "op": "eq", "value": "gold"}
    segments.save_segment(conn, workspace_id=workspace, key="gold", name=Text.from_dict("Gold"), rule=rule, now=now)

    found = api("GET", "/home").json()["attention"]

    assert [(item["kind"], item["severity"], item["target"]["key"]) for item in found] == [
        ("provider_failing", "error", "email/post"),
        ("provider_missing", "error", None),
        ("coupons_out", "error", "empty"),
        ("queue_late", "warning", None),
        ("coupons_low", "warning", "low"),
        ("sender_missing", "warning", None),
        ("segment_building", "info", "gold"),
    ]
    assert "451 {later}" in found[0]["text"]["he"]


def test_a_well_workspace_needs_nothing(api: Caller) -> None:
    api("PUT", "/brand-kit", {"sender_email": "hi@shop.test"})

    assert api("GET", "/home").json()["attention"] == []


def test_an_engine_that_stands_still_is_noticed(
    conn: psycopg.Connection, workspace: int, api: Caller, now: datetime
) -> None:
    do(conn, workspace, *seconds(1), now=now)
    events.ingest(
        conn,
        [
            IncomingEvent(
                workspace_id=workspace,
                source_id=0,
                message_id="unread",
                type=EventType.TRACK,
                name="Product Viewed",
                occurred_at=now,
                received_at=now,
                user_id="u9",
            )
        ],
        now=now,
    )
    freeze_clock(conn, now + timedelta(minutes=2))

    assert "engine_late" in kinds_of(api("GET", "/home").json())

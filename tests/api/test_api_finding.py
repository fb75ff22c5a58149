"""The list of people and a person's timeline, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from callers import Caller

from kesher.events import services as events
from kesher.events.types import EventType, IncomingEvent
from kesher.segments import finding


def find(api: Caller, **asked: Any) -> Any:
    return api("POST", "/people/search", asked).json()


@pytest.fixture
def people(api: Caller) -> list[int]:
    """Twenty people, every fifth of plan gold."""
    return [
        api(
            "POST",
            "/identify",
            {
                "user_id": f"u{number}",
                "traits": {"name": f"Dana {number}", "plan": "free" if number % 5 else "gold", "city": "Haifa"},
            },
        ).json()["id"]
        for number in range(20)
    ]


GOLD = {"trait": "plan", "op": "eq", "value": "gold"}


def test_people_are_found_by_what_is_typed_with_the_columns_chosen(api: Caller, people: list[int]) -> None:
    [row] = find(api, q="dana 7", columns=["plan", "nothing"])["items"]

    assert (row["id"], row["name"], row["traits"], row["last_seen_at"]) == (people[7], "Dana 7", {"plan": "free"}, None)


def test_a_rule_filters_and_pages_come_one_after_the_other(api: Caller, people: list[int]) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        page = find(api, rule=GOLD, limit=3, cursor=cursor)
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == people[::5][::-1]
    assert [row["id"] for row in find(api, rule=GOLD, q="dana 15")["items"]] == [people[15]]
    assert find(api, rule=GOLD, q="dana 14")["items"] == []


@pytest.mark.parametrize("text", ["", "dana"])
def test_a_rule_that_holds_for_few_is_asked_of_everybody(
    api: Caller, people: list[int], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(finding, "_FIRST_LOOK", 2)

    assert [row["id"] for row in find(api, rule=GOLD, q=text)["items"]] == people[::5][::-1]
    assert [row["id"] for row in find(api, rule=GOLD, q=text, limit=2)["items"]] == people[10::5][::-1]


def test_a_rule_that_takes_too_long_or_is_wrong_is_refused_in_words(
    api: Caller, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = api("POST", "/people/search", {"rule": {"trait": "plan", "op": "is", "value": 1}})
    unknown = api("POST", "/people/search", {"rule": {"segment": "nobodys"}})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.json()["code"] == unknown.json()["code"] == "segments.rule_invalid"


@pytest.fixture
def lived(conn: psycopg.Connection, workspace: int, now: datetime, api: Caller) -> int:
    """A person who looked at four things in two visits, from a till and from the site."""
    till = api("POST", "/sources", {"name": "קופה"}).json()["id"]

    def call(number: int, minutes: int, name: str, source: int) -> IncomingEvent:
        at = now - timedelta(minutes=minutes)
        return IncomingEvent(
            workspace_id=workspace,
            source_id=source,
            message_id=f"m{number}",
            type=EventType.TRACK,
            name=name,
            occurred_at=at,
            received_at=at,
            user_id="lived",
        )

    calls = [("Viewed", 100), ("Viewed", 60), ("Viewed", 40), ("Viewed", 30), ("Bought", 20), ("Viewed", 10)]
    ingested = events.ingest(
        conn,
        [call(i, minutes, name, till if name == "Bought" else 0) for i, (name, minutes) in enumerate(calls)],
        now=now,
    )
    profile_id = ingested.profile_ids[0]
    assert profile_id is not None
    api("PATCH", f"/profiles/{profile_id}", {"traits": {"plan": "gold"}})
    api("POST", f"/profiles/{profile_id}/consent", {"state": "granted", "source": "till"})
    return int(profile_id)


def told(timeline: Any) -> list[tuple[str, str, int]]:
    return [(group["kind"], group["name"], len(group["events"])) for group in timeline["groups"]]


def test_a_timeline_tells_repeated_things_together(api: Caller, lived: int) -> None:
    timeline = api("GET", f"/profiles/{lived}/timeline").json()

    assert told(timeline) == [
        ("consent", "Consent Given", 1),
        ("identity", "Profile Identified", 1),
        ("activity", "Viewed", 1),
        ("activity", "Bought", 1),
        ("activity", "Viewed", 3),
        ("activity", "Viewed", 1),
    ]
    assert timeline["groups"][3]["events"][0]["source"] == "קופה"
    assert timeline["groups"][4]["first_at"] < timeline["groups"][4]["last_at"]


def test_a_timeline_shows_the_kinds_that_are_asked_for_and_pages(api: Caller, lived: int) -> None:
    base = f"/profiles/{lived}/timeline?kind=activity&kind=consent&limit=4"
    first = api("GET", base).json()
    second = api("GET", f"{base}&cursor={first['next']}").json()

    assert told(first) == [
        ("consent", "Consent Given", 1),
        ("activity", "Viewed", 1),
        ("activity", "Bought", 1),
        ("activity", "Viewed", 1),
    ]
    assert told(second) == [("activity", "Viewed", 2), ("activity", "Viewed", 1)]
    assert second["next"] is None
    assert api("GET", f"/profiles/{lived}/timeline?kind=gossip").status_code == 422


def test_a_person_shows_her_lists(api: Caller, lived: int, stranger: Caller) -> None:
    api("POST", "/lists", {"key": "vip", "name": {"en": "VIP"}})
    api("POST", "/lists/vip/members", {"profile_ids": [lived]})

    assert [each["key"] for each in api("GET", f"/profiles/{lived}/lists").json()] == ["vip"]
    assert stranger("GET", f"/profiles/{lived}/lists").status_code == 404


def test_when_somebody_was_last_seen_is_told(api: Caller, lived: int, now: datetime) -> None:
    [row] = find(api, q="lived")["items"]

    assert datetime.fromisoformat(row["last_seen_at"]) == now - timedelta(minutes=10)


def test_every_system_event_has_a_kind(known_kinds: Callable[[], set[str]]) -> None:
    assert known_kinds() == {"identity", "consent", "segment", "score", "journey", "message"}


@pytest.fixture
def known_kinds() -> Callable[[], set[str]]:
    from kesher.events.timeline import _SYSTEM

    return lambda: {str(kind) for kind in _SYSTEM.values()}

"""Lists over HTTP: made, filled, renamed, deleted, and what keeps one from being deleted."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from callers import Caller

from kesher.journeys import models
from kesher.segments import services


@pytest.fixture
def people(api: Caller) -> list[int]:
    """Three people on the list `club`."""
    api("POST", "/lists", {"key": "club", "name": {"en": "Club", "he": "מועדון"}})
    ids = [
        api("POST", "/identify", {"user_id": f"u{number}", "traits": {"name": f"Dana {number}"}}).json()["id"]
        for number in range(3)
    ]
    api("POST", "/lists/club/members", {"profile_ids": ids})
    return ids


def test_a_list_tells_who_is_on_it_page_by_page(api: Caller, people: list[int]) -> None:
    first = api("GET", "/lists/club/people?limit=2").json()
    rest = api("GET", f"/lists/club/people?limit=2&cursor={first['next']}").json()

    assert [row["id"] for row in first["items"] + rest["items"]] == sorted(people)
    assert (first["items"][0]["name"], rest["next"]) == ("Dana 0", None)
    assert first["items"][0]["since"]


def test_a_list_counts_the_living(api: Caller, people: list[int]) -> None:
    assert api("GET", "/lists/club").json()["members"] == 3

    api("POST", f"/profiles/{people[0]}/merges", {"loser_id": people[1], "reason": "the same"})
    api("POST", "/lists/club/members/remove", {"profile_ids": [people[2]]})

    assert [each["members"] for each in api("GET", "/lists").json()] == [1]


def test_a_renamed_list_keeps_its_key_and_people(api: Caller, people: list[int]) -> None:
    renamed = api("PATCH", "/lists/club", {"name": {"en": "Friends", "he": "חברים"}}).json()

    assert (renamed["key"], renamed["name"], renamed["members"]) == ("club", {"en": "Friends", "he": "חברים"}, 3)
    assert api("PATCH", "/lists/none", {"name": {"en": "x"}}).status_code == 404


def test_a_deleted_list_is_gone_at_once_and_its_rows_in_the_background(
    conn: psycopg.Connection, api: Caller, people: list[int]
) -> None:
    api("POST", "/lists", {"key": "other", "name": {"en": "Other"}})
    api("POST", "/lists/other/members", {"profile_ids": people[:1]})

    assert api("DELETE", "/lists/club").status_code == 204

    assert api("GET", "/lists/club").status_code == 404
    assert api("GET", f"/profiles/{people[1]}/lists").json() == []
    assert services.clear_deleted_lists(conn) == 3
    assert services.clear_deleted_lists(conn) == 0
    assert api("GET", "/lists/other").json()["members"] == 1
    assert api("POST", "/lists", {"key": "club", "name": {"en": "Club"}}).json()["members"] == 0
    assert api("DELETE", "/lists/none").status_code == 404


def in_use(api: Caller) -> str:
    answer = api("DELETE", "/lists/club")
    assert (answer.status_code, answer.json()["code"]) == (409, "segments.list_in_use")
    return str(answer.json()["fields"]["users"])


def test_a_list_for_which_a_segment_asks_is_not_deleted(api: Caller, people: list[int]) -> None:
    api("PUT", "/segments/friends", {"name": {"en": "Friends"}, "rule": {"not": {"list": "club"}}})

    assert in_use(api) == "friends"


def test_a_list_that_is_being_filled_is_not_deleted(api: Caller, people: list[int]) -> None:
    found = api.send_file("/imports", "id\nu9\n", "members.csv").json()
    api("POST", f"/imports/{found['id']}/start", {"mapping": found["mapping"], "list": "club"})

    assert in_use(api) == "members.csv"


@pytest.mark.parametrize("kind", ["list", "segment"])
def test_what_a_journey_in_force_names_is_not_deleted(
    api: Caller, workspace: int, now: Any, people: list[int], kind: str
) -> None:
    api("PUT", "/segments/club", {"name": {"en": "Club"}, "rule": {"trait": "x", "op": "exists"}})
    deep = {"nodes": {"one": {"rules": [{"all": [{"not": {kind: "club"}}]}]}}}
    journey = models.Journey.objects.create(
        workspace_id=workspace, key="welcome", name={"en": "Welcome"}, state="live", created_at=now
    )
    version = models.Version.objects.create(
        workspace_id=workspace, journey=journey, number=1, definition=deep, digest="x", published_at=now
    )
    models.Journey.objects.filter(pk=journey.pk).update(current_version_id=version.pk)

    answer = api("DELETE", f"/{kind}s/club")

    assert (answer.status_code, answer.json()["fields"]["users"]) == (409, "welcome")
    models.Journey.objects.filter(pk=journey.pk).update(state="archived")
    assert api("DELETE", f"/{kind}s/club").status_code == 204

"""What the builder screens live on: the workspace's own words."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import psycopg
from callers import Caller

from kesher.events import services as events
from kesher.events.types import IncomingEvent
from kesher.segments.errors import RuleTooSlow


def track(conn: psycopg.Connection, workspace: int, now: datetime, user: str, name: str, **properties: Any) -> None:
    """A person does something."""
    event = IncomingEvent(
        workspace_id=workspace,
        source_id=0,
        message_id=f"{user}.{name}",
        type="track",
        name=name,
        occurred_at=now,
        received_at=now,
        user_id=user,
        properties=json.dumps(properties),
    )
    events.ingest(conn, [event], now=now)


def test_the_vocabulary_has_what_people_share_and_nobodys_own_address(
    api: Caller, conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    for number, city in enumerate(["חיפה", "חיפה", "Haifa", "Haifa", "Haifa", "Eilat"]):
        traits = {"email": f"p{number}@home.test", "city": city, "tags": ["a", "b"]}
        api("POST", "/identify", {"user_id": f"u{number}", "traits": traits})
    track(conn, workspace, now, "u1", "Order Completed", total=12.5, products=[{"price": 3}], address={"city": "x"})
    api("PUT", "/segments/vip", {"name": {"he": "חשובים"}, "rule": {"trait": "city", "op": "exists"}})

    words = api("GET", "/vocabulary").json()

    traits = {trait["name"]: (trait["type"], trait["values"]) for trait in words["traits"]}
    assert traits["city"] == ("text", ["Haifa", "חיפה"])
    assert traits["email"] == ("text", [])
    assert traits["tags"] == ("list", ["a", "b"])
    event = next(each for each in words["events"] if each["name"] == "Order Completed")
    assert {each["path"]: each["type"] for each in event["properties"]} == {
        "total": "number",
        "products": "array",
        "products[].price": "number",
        "address": "object",
        "address.city": "string",
    }
    assert words["things"]["segment"] == [{"key": "vip", "name": {"en": "חשובים", "he": "חשובים"}}]


def test_a_rule_that_counts_too_long_is_estimated_and_says_so(api: Caller, monkeypatch: Any) -> None:
    api("POST", "/identify", {"user_id": "u1", "traits": {"city": "חיפה"}})
    question = {"rule": {"trait": "city", "op": "exists"}}
    exact = api("POST", "/rules/preview", question).json()

    def give_up(*_: Any, **__: Any) -> None:
        raise RuleTooSlow(seconds=3)

    monkeypatch.setattr("kesher.segments.queries.preview_rule", give_up)
    monkeypatch.setattr("kesher.segments.previewing._SAMPLE", 1)
    for number in range(2, 5):
        api("POST", "/identify", {"user_id": f"u{number}", "traits": {"city": "חיפה"}})
    about = api("POST", "/rules/preview", question).json()

    assert (exact["count"], exact["estimated"]) == (1, False)
    assert (about["count"], about["estimated"]) == (4, True)

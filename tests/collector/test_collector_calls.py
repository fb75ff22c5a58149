"""What each call of the wire format becomes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from collector_driver import Drive, MemoryLog

TRACK = {"type": "track", "userId": "u1", "event": "Order Completed", "messageId": "m1"}


def properties_of(log: MemoryLog) -> Any:
    return json.loads(log.only.properties)


def context_of(log: MemoryLog) -> Any:
    return json.loads(log.only.context)


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/track/"])
def test_a_track_call_is_logged_under_its_own_name(drive: Drive, log: MemoryLog, now: datetime, path: str) -> None:
    reply = drive.post(path, {"userId": "u1", "anonymousId": "a1", "event": "Sale", "properties": {"price": 5.5}})
    assert (reply.status, reply.body) == (200, b'{"success":true}')
    assert reply.headers["content-type"] == "application/json"
    event = log.only
    assert (event.workspace_id, event.source_id, event.type, event.name) == (1, 7, "track", "Sale")
    assert (event.user_id, event.anonymous_id, event.received_at) == ("u1", "a1", now)
    assert properties_of(log) == {"price": 5.5}


@pytest.mark.parametrize(
    ("path", "call", "name", "properties"),
    [
        ("page", {"name": "Home", "category": "Docs", "properties": {"path": "/"}}, "Page Viewed",
         {"path": "/", "name": "Home", "category": "Docs"}),
        ("p", {"properties": {"path": "/", "name": "in properties"}}, "Page Viewed",
         {"path": "/", "name": "in properties"}),
        ("screen", {"name": "Cart"}, "Screen Viewed", {"name": "Cart"}),
        ("s", {}, "Screen Viewed", {}),
        ("identify", {"traits": {"plan": "pro"}}, "Profile Identified", {"plan": "pro"}),
        ("i", {"traits": {"plan": "pro"}, "context": {"traits": {"plan": "free", "age": 3}}}, "Profile Identified",
         {"plan": "pro", "age": 3}),
        ("group", {"groupId": "g1", "traits": {"name": "Acme"}}, "Group Joined", {"name": "Acme", "group_id": "g1"}),
        ("g", {"groupId": 17}, "Group Joined", {"group_id": "17"}),
        ("alias", {"previousId": "a1"}, "Profile Aliased", {}),
    ],
)  # fmt: skip
def test_each_call_has_its_name_in_the_log(
    drive: Drive, log: MemoryLog, path: str, call: dict[str, Any], name: str, properties: dict[str, Any]
) -> None:
    assert drive.post(f"/v1/{path}", {"userId": "u1", **call}).status == 200
    assert (log.only.name, properties_of(log)) == (name, properties)


def test_an_identify_carries_its_traits_to_the_profile(drive: Drive, log: MemoryLog) -> None:
    drive.post(
        "/v1/identify",
        {"userId": "u1", "traits": {"email": "d@x.il"}, "context": {"locale": "he-IL", "timezone": "Asia/Jerusalem"}},
    )
    assert log.only.traits == {"email": "d@x.il"}
    assert (log.only.locale, log.only.timezone) == ("he-IL", "Asia/Jerusalem")


def test_a_group_carries_its_traits_its_kind_and_the_role(drive: Drive, log: MemoryLog) -> None:
    context = {"group": {"kind": "course", "role": "teacher"}}
    drive.post("/v1/group", {"userId": "u1", "groupId": "7", "traits": {"level": 3}, "context": context})
    assert log.only.traits == {"level": 3}
    assert (log.only.group_id, log.only.group_kind, log.only.group_role) == ("7", "course", "teacher")


def test_a_group_that_names_no_kind_is_a_company(drive: Drive, log: MemoryLog) -> None:
    drive.post("/v1/group", {"userId": "u1", "groupId": "7"})
    assert (log.only.group_kind, log.only.group_role) == ("company", None)


@pytest.mark.parametrize(
    ("group", "code"),
    [({"kind": "Big Company"}, "group_kind_wrong"), ({"kind": 7}, "group_kind_wrong"), ({"role": 1}, "field_not_text")],
)
def test_a_group_of_a_wrong_kind_is_refused_alone(
    drive: Drive, log: MemoryLog, group: dict[str, Any], code: str
) -> None:
    wrong = {"type": "group", "userId": "u1", "groupId": "7", "context": {"group": group}}
    answer = drive.batch(wrong, TRACK)
    assert len(log.events) == 1
    assert code in answer.body.decode()


def test_an_alias_keeps_both_ids(drive: Drive, log: MemoryLog) -> None:
    drive.post("/v1/alias", {"userId": "u1", "previousId": "a1"})
    assert (log.only.user_id, log.only.previous_id, log.only.group_id) == ("u1", "a1", None)


@pytest.mark.parametrize("name", ["Message Sent", "Consent Given", "Page Viewed", "Profile Merged"])
def test_an_outsider_cannot_write_an_event_of_the_system(drive: Drive, log: MemoryLog, name: str) -> None:
    drive.post("/v1/track", {"userId": "u1", "event": name})
    assert log.only.name == f"{name} (external)"


def test_ids_that_are_numbers_become_text(drive: Drive, log: MemoryLog) -> None:
    drive.post("/v1/track", {"userId": 42, "event": "e"})
    assert log.only.user_id == "42"


def test_an_absent_message_id_is_filled_each_time_anew(drive: Drive, log: MemoryLog) -> None:
    drive.batch({**TRACK, "messageId": None}, {**TRACK, "messageId": ""})
    assert len({event.message_id for event in log.events}) == 2


def test_the_batch_shares_its_context_with_each_item(drive: Drive, log: MemoryLog) -> None:
    drive.batch(
        {**TRACK, "context": {"locale": "he-IL", "ip": "198.51.100.7"}, "integrations": {"Ads": False}},
        context={"locale": "en-US", "app": {"name": "till"}, "userAgent": "till/1"},
        integrations={"All": False},
    )
    assert context_of(log) == {
        "locale": "he-IL",
        "ip": "198.51.100.7",
        "app": {"name": "till"},
        "userAgent": "till/1",
        "integrations": {"All": False, "Ads": False},
    }


@pytest.mark.parametrize(
    ("client", "forwarded", "ip"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("9.9.9.9", "8.8.8.8", "9.9.9.9"),
        ("10.0.0.2", "8.8.8.8, 10.0.0.1", "8.8.8.8"),
        ("127.0.0.1", "1.1.1.1, 8.8.8.8", "8.8.8.8"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
    ],
)
def test_the_senders_address_and_browser_go_into_the_context(
    drive: Drive, log: MemoryLog, client: str, forwarded: str | None, ip: str
) -> None:
    headers = {"User-Agent": "Browser/1", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    drive.post("/v1/track", TRACK, headers, client=client)
    assert context_of(log) == {"ip": ip, "userAgent": "Browser/1"}


def test_unknown_fields_are_kept(drive: Drive, log: MemoryLog) -> None:
    drive.post("/v1/track", {**TRACK, "rudderId": "r1", "context": {"of": {"mine": [1]}}, "properties": {"x": None}})
    assert context_of(log)["extra"] == {"rudderId": "r1"}
    assert context_of(log)["of"] == {"mine": [1]}
    assert properties_of(log) == {"x": None}


def test_hebrew_emoji_and_exact_numbers_survive(drive: Drive, log: MemoryLog) -> None:
    sent = {"שם": "דנה 🛒 \\u0000 \"'", "n": 9007199254740993, "f": 19.9, "t": True, "nested": [{"a": [1.0]}]}
    drive.post("/v1/track", {**TRACK, "properties": sent})
    assert properties_of(log) == sent


def test_a_duplicate_is_a_success(drive: Drive, log: MemoryLog) -> None:
    first, second = drive.post("/v1/track", TRACK), drive.post("/v1/track", TRACK)
    assert (first.status, second.status, second.body) == (200, 200, b'{"success":true}')
    assert len(log.events) == 1


def test_an_empty_batch_is_a_success(drive: Drive, log: MemoryLog) -> None:
    assert drive.batch().body == b'{"success":true}'
    assert log.events == []


def test_a_byte_order_mark_does_no_harm(drive: Drive, log: MemoryLog) -> None:
    assert drive.post("/v1/track", b"\xef\xbb\xbf" + json.dumps({**TRACK, "writeKey": "wk"}).encode()).status == 200
    assert log.only.message_id == "m1"

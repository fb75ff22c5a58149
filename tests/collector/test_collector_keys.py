"""Who may write: the three places of the write key, and what an unknown one is told."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import psycopg
import pytest
from collector_driver import Drive, MemoryLog, Request

from kesher.events.collector.sources import SourceDirectory

CALL = {"type": "track", "userId": "u1", "event": "e"}


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}


def body(**more: Any) -> bytes:
    return json.dumps({"batch": [CALL], **more}).encode()


@pytest.mark.parametrize(
    ("headers", "fields", "workspace"),
    [
        (basic("wk"), {}, 1),
        ({"Authorization": "basic " + b64encode(b"other").decode()}, {}, 2),
        ({}, {"writeKey": "other"}, 2),
        ({"Authorization": "Bearer other"}, {}, 2),
        ({"Authorization": "Bearer some-oauth-token"}, {"writeKey": "wk"}, 1),
        (basic("wk"), {"writeKey": "other"}, 1),
    ],
    ids=["basic", "basic without colon", "body", "bearer", "oauth and body", "basic before body"],
)
def test_the_write_key_is_found(
    drive: Drive, log: MemoryLog, headers: dict[str, str], fields: dict[str, Any], workspace: int
) -> None:
    assert drive.post("/v1/batch", body(**fields), headers).status == 200
    assert log.only.workspace_id == workspace


@pytest.mark.parametrize(
    "headers", [basic("nobody"), {}, {"Authorization": "Basic %%%"}, {"Authorization": "Bearer "}, basic("a\0b")]
)
def test_an_unknown_key_is_told_so(drive: Drive, log: MemoryLog, headers: dict[str, str]) -> None:
    reply = drive.post("/v1/batch", body(), headers)
    assert (reply.status, reply.json()["code"], log.events) == (401, "events.write_key_unknown", [])
    assert reply.headers["content-type"] == "application/problem+json"


def test_the_answer_is_in_the_senders_language(drive: Drive) -> None:
    english = drive.post("/v1/batch", body(), {"Accept-Language": "en-GB,he;q=0.5"}).json()["message"]
    hebrew = drive.post("/v1/batch", body(), {"Accept-Language": "he-IL,en;q=0.5"}).json()["message"]
    assert english.startswith("No enabled source") and hebrew.startswith("אין מקור")


def test_a_key_is_looked_up_in_the_database_until_its_source_is_switched_off(
    conn: psycopg.Connection, drive: Drive, log: MemoryLog, workspace: int, now: datetime
) -> None:
    conn.execute(
        "INSERT INTO events_source (workspace_id, name, write_key, enabled, created_at)"
        " VALUES (%s, 'site', 'real', true, %s)",
        (workspace, now),
    )
    drive.sources = SourceDirectory
    assert drive.post("/v1/batch", body(), basic("real")).status == 200
    assert log.only.workspace_id == workspace
    conn.execute("UPDATE events_source SET enabled = false")
    assert drive.post("/v1/batch", body(), basic("real")).status == 401


def test_any_origin_may_send(drive: Drive) -> None:
    asks = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "content-type,anonymousid"}
    (preflight,) = drive(Request("/v1/t", method="OPTIONS", headers=asks))
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "content-type,anonymousid"
    assert drive.post("/v1/batch", body(), basic("wk")).headers["access-control-allow-origin"] == "*"
    assert drive.post("/v1/batch", b"", basic("nobody")).headers["access-control-allow-origin"] == "*"


def test_a_browser_sdk_is_sent_to_the_host_it_asked(drive: Drive) -> None:
    proxied = {"Host": "collector:8001", "X-Forwarded-Host": "k.example", "X-Forwarded-Proto": "https"}
    direct, behind, unknown = drive(
        Request("/v1/projects/wk/settings", method="GET", headers={"Host": "k.example:8001"}),
        Request("/v1/projects/wk/settings", method="GET", headers=proxied),
        Request("/v1/projects/nobody/settings", method="GET"),
    )
    segment = direct.json()["integrations"]["Segment.io"]
    assert (segment["apiHost"], segment["protocol"], segment["apiKey"]) == ("k.example:8001/v1", "http", "wk")
    segment = behind.json()["integrations"]["Segment.io"]
    assert (segment["apiHost"], segment["protocol"]) == ("k.example/v1", "https")
    assert unknown.status == 401


def test_rudderstacks_control_plane_is_answered(drive: Drive) -> None:
    known, unknown = drive(
        Request("/sourceConfig", method="GET", headers={**basic("wk"), "Host": "k.example"}),
        Request("/sourceConfig", method="GET"),
    )
    source = known.json()["source"]
    assert (source["enabled"], source["destinations"], source["dataPlaneUrl"]) == (True, [], "http://k.example")
    assert unknown.status == 401


def test_the_tracker_is_served_once_and_then_from_the_cache(drive: Drive) -> None:
    (first,) = drive(Request("/t.js", method="GET"))
    again, zipped = drive(
        Request("/t.js", method="GET", headers={"If-None-Match": first.headers["etag"]}),
        Request("/t.js", method="GET", headers={"Accept-Encoding": "gzip, br"}),
    )
    assert first.status == 200 and b"kesher" in first.body and "max-age=" in first.headers["cache-control"]
    assert (again.status, again.body) == (304, b"")
    assert zipped.headers["content-encoding"] == "gzip" and len(zipped.body) <= 6 * 1024


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/track", 405), ("PUT", "/v1/batch", 405), ("POST", "/t.js", 405), ("POST", "/v1/nothing", 404),
     ("GET", "/v1/projects/settings", 404), ("GET", "/healthz", 200), ("GET", "/metrics", 200)],
)  # fmt: skip
def test_other_paths_and_methods(drive: Drive, method: str, path: str, status: int) -> None:
    assert drive(Request(path, method=method))[0].status == status


def test_the_metrics_count_what_was_accepted_and_refused(drive: Drive) -> None:
    def total(name: str) -> float:
        lines = drive(Request("/metrics", method="GET"))[0].body.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    accepted, refused = total("kesher_collector_events_accepted_total"), total("kesher_collector_events_refused_total")
    drive.batch(CALL, CALL, {"type": "track"})
    assert total("kesher_collector_events_accepted_total") == accepted + 2
    assert total("kesher_collector_events_refused_total") == refused + 1

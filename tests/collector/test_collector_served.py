"""The collector as it is served: granian on loopback, a real database, the stock SDKs of Segment and RudderStack."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import requests
from granian.constants import Interfaces
from granian.server.embed import Server
from rudderstack.analytics.client import Client as RudderClient
from segment.analytics.client import Client as SegmentClient

from kesher.events.collector.app import create_collector
from kesher.events.collector.limits import Limits

KEY = "served-key"
GOOD = {"type": "track", "userId": "u1", "event": "e"}


@dataclass(frozen=True)
class Served:
    """A running collector and the workspace that it writes to."""

    url: str
    port: int
    conn: psycopg.Connection

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        return self.conn.execute(f"SELECT {columns} FROM events_event WHERE type <> 'system' ORDER BY id").fetchall()


@pytest.fixture
def served(conn: psycopg.Connection, workspace: int, now: datetime) -> Iterator[Served]:
    """granian in a thread with the real collector; stopped when the test is done."""
    conn.execute(
        "INSERT INTO events_source (workspace_id, name, write_key, enabled, created_at)"
        " VALUES (%s, 'till', %s, true, %s)",
        (workspace, KEY, now),
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    server = Server(
        create_collector(limits=Limits(body_seconds=0.3)),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        log_enabled=False,
    )

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(server.serve())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    _await_port(port)
    yield Served(f"http://127.0.0.1:{port}", port, conn)
    loop.call_soon_threadsafe(server.stop)
    thread.join(10)
    assert not thread.is_alive()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise AssertionError("the server did not start")


def test_a_row_is_in_the_log_when_the_answer_comes(served: Served, workspace: int) -> None:
    call = {**GOOD, "properties": {"שם": "חלב", "price": 5.5}, "context": {"locale": "he-IL"}, "messageId": "m1"}
    for _ in range(2):
        reply = requests.post(f"{served.url}/v1/track", json=call, auth=(KEY, ""), timeout=10)
        assert (reply.status_code, reply.text) == (200, '{"success":true}')
    ((found_workspace, name, properties, context),) = served.rows("workspace_id, name, properties, context")
    assert (found_workspace, name, properties) == (workspace, "e", {"שם": "חלב", "price": 5.5})
    assert context["ip"] == "127.0.0.1" and context["locale"] == "he-IL" and "requests" in context["userAgent"]


@pytest.mark.parametrize("zipped", [False, True])
def test_segments_python_sdk_works_by_changing_the_host(served: Served, zipped: bool) -> None:
    failures: list[Any] = []
    bought = datetime(2019, 5, 17, 8, 30, tzinfo=UTC)
    client = SegmentClient(KEY, host=served.url, gzip=zipped, on_error=lambda *what: failures.append(what))
    client.identify("u1", {"email": "dana@shop.example", "plan": "pro"}, anonymous_id="a1")
    client.track("u1", "Order Completed", {"revenue": 25.0, "products": [{"product_id": "p1"}]})
    client.track("u1", "Order Completed", {"revenue": 9}, timestamp=bought)
    client.page("u1", "Docs", "Home", {"path": "/"})
    client.screen("u1", "Shop", "Cart")
    client.group("u1", "g1", {"name": "Acme"})
    client.alias("a1", "u1")
    client.shutdown()
    assert failures == []
    rows = served.rows("name, occurred_at, profile_id")
    assert [name for name, *_ in rows] == [
        *("Profile Identified", "Order Completed", "Order Completed", "Page Viewed"),
        *("Screen Viewed", "Group Joined", "Profile Aliased"),
    ]
    assert rows[2][1] == bought
    assert rows[1][1] > datetime.now(UTC) - timedelta(minutes=1)
    assert len({profile for *_, profile in rows}) == 1


def test_rudderstacks_python_sdk_works_by_changing_the_host(served: Served) -> None:
    failures: list[Any] = []
    client = RudderClient(KEY, host=served.url, on_error=lambda *what: failures.append(what), max_retries=1)
    client.identify("u1", {"email": "dana@shop.example"})
    for number in range(250):
        client.track("u1", "Order Completed", {"order_id": number})
    client.flush()
    client.join()
    assert failures == []
    orders = [row["order_id"] for name, row in served.rows("name, properties") if name == "Order Completed"]
    assert sorted(orders) == list(range(250))


@pytest.mark.parametrize("sdk", [SegmentClient, RudderClient])
def test_the_sdks_tell_their_user_of_a_wrong_key(served: Served, sdk: Any) -> None:
    failures: list[Any] = []
    client = sdk("mistyped", host=served.url, on_error=lambda *what: failures.append(what), max_retries=1)
    client.track("u1", "Order Completed")
    client.flush()
    client.join()
    ((error, items),) = failures
    assert "write key" in str(error) and "401" in str(error) and len(items) == 1


def test_segments_sdk_reports_nan_alone(served: Served) -> None:
    client = SegmentClient(KEY, host=served.url, upload_interval=0.2)
    client.track("u1", "before")
    client.track("u1", "spoilt", {"x": float("nan")})
    client.track("u1", "after")
    client.shutdown()
    assert [name for (name,) in served.rows("name")] == ["before", "after"]


def test_ten_megabytes_are_refused(served: Served) -> None:
    reply = requests.post(f"{served.url}/v1/batch", data=b"x" * 10_000_000, auth=(KEY, ""), timeout=10)
    assert (reply.status_code, reply.json()["code"]) == (413, "events.body_too_large")
    piecewise = requests.post(
        f"{served.url}/v1/batch", data=(b"x" * 100_000 for _ in range(20)), auth=(KEY, ""), timeout=10
    )
    assert piecewise.status_code == 413


def test_a_gzip_bomb_is_refused(served: Served) -> None:
    bomb = gzip.compress(b"0" * 100_000_000, 9)
    headers = {"Content-Encoding": "gzip"}
    reply = requests.post(f"{served.url}/v1/batch", data=bomb, headers=headers, auth=(KEY, ""), timeout=10)
    assert reply.status_code == 413


def test_a_body_that_stalls_is_given_up_and_its_neighbours_are_served(served: Served) -> None:
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 90\r\n\r\n{{"
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as slow:
        slow.sendall(head.encode())
        assert requests.post(f"{served.url}/v1/track", json=GOOD, auth=(KEY, ""), timeout=10).status_code == 200
        assert b"408 Request Timeout" in slow.recv(4096)
    assert len(served.rows("id")) == 1


def test_a_sender_that_leaves_harms_nobody(served: Served) -> None:
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 90\r\n\r\n{{"
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as leaving:
            leaving.sendall(head.encode())
    assert requests.post(f"{served.url}/v1/track", json=GOOD, auth=(KEY, ""), timeout=10).status_code == 200


def test_what_the_edge_lets_through_the_database_can_store(served: Served) -> None:
    odd = [
        {"x": 10**30},
        {"x": -1.5e15, "y": 5e-324},
        {"x": "\\u0000", "y": "\t\n\r\\\x7f\u2028"},
        {"": "", "a" * 5000: []},
        {"x": "🛒" * 2000},
        {"x": [[[[[[{}]]]]]]},
    ]
    batch = [{**GOOD, "properties": properties} for properties in odd]
    reply = requests.post(f"{served.url}/v1/batch", json={"batch": batch}, auth=(KEY, ""), timeout=10)
    assert (reply.status_code, reply.text) == (200, '{"success":true}')
    assert [row for (row,) in served.rows("properties")] == json.loads(json.dumps(odd))


def test_many_senders_at_once_lose_nothing(served: Served) -> None:
    def send(sender: int) -> None:
        with requests.Session() as session:
            for number in range(10):
                batch = [{**GOOD, "userId": f"u{i}", "messageId": f"{sender}-{number}-{i}"} for i in range(20)]
                reply = session.post(f"{served.url}/v1/batch", json={"batch": batch}, auth=(KEY, ""), timeout=30)
                assert reply.text == '{"success":true}'

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(served.rows("id")) == 6 * 10 * 20
    assert served.conn.execute("SELECT count(*) FROM profiles_profile").fetchone() == (20,)

"""Whoever watches events arrive does not keep the web process from stopping."""

from __future__ import annotations

import http.client
import json
import signal
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

import psycopg
import pytest

from bench.installation import Installation, running_installation

pytestmark = pytest.mark.processes

STREAMS = 20
PROMPT_SECONDS = 8.0
"""Well below the time after which the supervisor kills."""


def test_open_streams_get_events_hold_no_connections_and_end_when_the_process_stops() -> None:
    with running_installation() as kesher:
        with psycopg.connect(kesher.database_url, autocommit=True) as conn:
            cookies, write_key = set_up(kesher)
            before = count_connections(conn)
            watchers = [open_stream(kesher, cookies) for _ in range(STREAMS)]
            post(kesher, write_key)
            heard = [read_event(stream) for _, stream in watchers]
            held = count_connections(conn) - before
        [web] = kesher.processes()["web"]
        kesher.supervisor.send_signal(signal.SIGTERM)
        rests = [stream.read() for _, stream in watchers]
        web.wait(PROMPT_SECONDS)
    for connection, _ in watchers:
        connection.close()

    assert heard == ["Heard"] * STREAMS
    assert held <= 2
    assert rests == [b""] * STREAMS


def set_up(kesher: Installation) -> tuple[str, str]:
    """The owner's cookies and a write key."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    base = f"http://127.0.0.1:{kesher.port}/api"

    def call(path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{base}{path}", data, {"Content-Type": "application/json", **headers})
        with opener.open(request, timeout=30) as response:
            return json.load(response)

    token = call("/csrf")["csrf_token"]
    owner = {"email": "dana@shop.test", "password": "a long enough secret"}
    call("/setup", {"owner": owner, "workspace": {"name": "Shop"}}, **{"X-CSRFToken": token})
    return "; ".join(f"{each.name}={each.value}" for each in jar), call("/sources")[0]["write_key"]


def open_stream(kesher: Installation, cookies: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """A stream that has begun, and its connection."""
    connection = http.client.HTTPConnection("127.0.0.1", kesher.port, timeout=30)
    connection.request("GET", "/api/live", headers={"Cookie": cookies})
    response = connection.getresponse()
    assert (response.status, response.readline(), response.readline()) == (200, b"retry: 1000\n", b"\n")
    return connection, response


def read_event(stream: http.client.HTTPResponse) -> str:
    """The name of the next event; the stream stands behind it."""
    while not (line := stream.readline()).startswith(b"data: "):
        assert line
    assert stream.readline() == b"\n"
    return str(json.loads(line.removeprefix(b"data: "))["name"])


def post(kesher: Installation, write_key: str) -> None:
    """An event from the site."""
    body = json.dumps({"writeKey": write_key, "userId": "dana", "event": "Heard"}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{kesher.port}/v1/track", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 200


def count_connections(conn: psycopg.Connection) -> int:
    """Connections through Django, of whichever process."""
    row = conn.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kesher web'").fetchone()
    assert row is not None
    return int(row[0])

"""What machines ask of the web process."""

from __future__ import annotations

import psycopg
import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def test_alive_and_ready(conn: psycopg.Connection, client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_not_ready_while_a_migration_is_missing(
    conn: psycopg.Connection, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kesher.config.operation.pending_migrations", lambda: ["events.0099_more"])
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["pending"] == ["events.0099_more"]


def test_metrics_tell_of_lag_queue_and_messages(conn: psycopg.Connection, workspace: int, client: Client) -> None:
    conn.execute(
        "INSERT INTO messaging_message (workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose,"
        " topic, template_version_id, state, available_at, attempts, uncertain, reserved_at)"
        " VALUES (%s, 1, 1, 1, 1, 'email', 'marketing',"
        " 'news', 1, 'reserved', now() - interval '1 minute', 0, false, now())",
        (workspace,),
    )
    text = client.get("/metrics").content.decode()
    assert 'kesher_queue_messages{lane="1"} 1.0' in text
    assert 'kesher_messages{lane="1",state="reserved"} 1.0' in text
    assert 'kesher_lag_seconds{consumer="engine"} 0.0' in text
    age = next(line for line in text.splitlines() if line.startswith("kesher_queue_age_seconds{"))
    assert 59 < float(age.split()[-1]) < 120


def test_metrics_are_for_this_machine_or_for_the_token(
    conn: psycopg.Connection, client: Client, settings: object
) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 403
    settings.METRICS_TOKEN = "let me in"  # type: ignore[attr-defined]
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer let me in"}).status_code == 200

"""However many requests come, the web process holds a few connections to PostgreSQL."""

from __future__ import annotations

import http.client
import threading

import psycopg
import pytest

from bench.installation import Installation, running_installation

pytestmark = pytest.mark.processes

REQUESTS = 120
ALLOWED = 10


def test_many_requests_share_a_few_connections() -> None:
    statuses: list[int] = []
    with running_installation() as kesher, psycopg.connect(kesher.database_url, autocommit=True) as conn:
        before = count(conn)
        askers = [threading.Thread(target=ask, args=(kesher, statuses)) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(timeout=60)
        after = count(conn)

    assert statuses == [401] * REQUESTS
    assert after - before < ALLOWED


def count(conn: psycopg.Connection) -> int:
    """Connections through Django, of whichever process."""
    row = conn.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kesher web'").fetchone()
    assert row is not None
    return int(row[0])


def ask(kesher: Installation, statuses: list[int]) -> None:
    """Ask with a key that nobody has: each costs a look into the database."""
    for _ in range(REQUESTS // 8):
        connection = http.client.HTTPConnection("127.0.0.1", kesher.port, timeout=30)
        connection.request("GET", "/api/segments", headers={"Authorization": "Bearer ksk_nobodys-key-of-no-account"})
        statuses.append(connection.getresponse().status)
        connection.close()

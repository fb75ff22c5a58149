"""Instant decisions: fifty rules about one person, in memory, over HTTP, 200 times a second."""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.installation import Installation, running_installation
from bench.population import EVENT_NAMES, add_history, add_people

PEOPLE = 20_000
EVENTS = 400_000
RULES = 50
CONNECTIONS = 4


def run(scale: float = 1.0, *, rate: int = 200) -> dict[str, Any]:
    """Milliseconds of a request over 60 s (times `scale`), at `rate` requests a second."""
    with running_installation() as kesher:
        key, first = _set_up(kesher)
        before, own = kesher.cpu_seconds(), time.process_time()
        seconds = 60 * scale
        times = _drive(kesher, key, first, seconds, rate)
        after = kesher.cpu_seconds() | {"load": time.process_time() - own}
    times.sort()
    cpu = {role: round((used - before.get(role, 0)) / seconds * 100) for role, used in after.items()}
    return {
        "requests": len(times),
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "p99_ms": round(times[int(len(times) * 0.99)], 2),
        "cpu_percent_by_role": cpu,
    }


def _set_up(kesher: Installation) -> tuple[str, int]:
    os.environ["DATABASE_URL"] = kesher.database_url
    from kesher.cli.session import set_up_django

    set_up_django()
    from kesher.accounts import services as accounts
    from kesher.kernel.db import connect

    now = datetime.now(UTC)
    with connect("bench") as conn:
        workspace = accounts.bootstrap(
            name="Bench",
            email="bench@example.com",
            password="for a benchmark only",
            language="en",
            timezone="UTC",
            now=now,
        )
        key, _ = accounts.create_api_key(workspace_id=workspace.id, name="bench", scopes=["profiles:read"], now=now)
        add_people(conn, workspace_id=workspace.id, people=PEOPLE, now=now)
        add_history(conn, workspace_id=workspace.id, events=EVENTS, days=60, now=now - timedelta(seconds=1))
        row = conn.execute("SELECT min(id) FROM profiles_profile").fetchone()
        assert row is not None
    return key, row[0]


def _rules() -> dict[str, Any]:
    """Half about traits, half about counts in windows, each another one."""
    rules: dict[str, Any] = {}
    for number in range(RULES // 2):
        rules[f"trait{number}"] = {
            "any": [
                {"trait": "points", "op": "gt", "value": number * 30},
                {"trait": "city", "op": "eq", "value": "חיפה"},
            ]
        }
        rules[f"count{number}"] = {
            "event": EVENT_NAMES[number % len(EVENT_NAMES)],
            "measure": "count",
            "op": "ge",
            "value": 1 + number % 4,
            "within": {"days": 2 + number},
        }
    return rules


def _drive(kesher: Installation, key: str, first: int, seconds: float, rate: int) -> list[float]:
    times: list[float] = []
    # Written once, as a site does: the load shares the cores, and what it spends is not the server's.
    rules = json.dumps(_rules())
    ends = time.monotonic() + seconds

    def ask(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", kesher.port, timeout=10)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        due = time.monotonic() + number / rate
        while due < ends:
            time.sleep(max(0.0, due - time.monotonic()))
            person = str(first + chance.randrange(PEOPLE))
            connection.request("POST", "/api/decisions", f'{{"person": "{person}", "rules": {rules}}}', headers)
            answer = connection.getresponse()
            body = answer.read()
            # From when it was due: a slow answer must not hide those that wait behind it.
            times.append((time.monotonic() - due) * 1000)
            assert answer.status == 200, body
            due += CONNECTIONS / rate
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


if __name__ == "__main__":
    print(json.dumps(run(0.25), indent=2))

"""Processes die at random under load; then every acknowledged event is there, and every e-mail went out once."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from recording_sink import RecordingSink

from bench.installation import Installation, running_installation

pytestmark = pytest.mark.processes

SECONDS = 25.0
BATCH = 10
VICTIMS = ("collector", "engine", "sender", "engine", "sender", "jobs", "web", "postgres")


def test_nothing_is_lost_or_sent_twice_when_processes_are_killed() -> None:
    chance = random.Random(20261121)
    with RecordingSink() as sink, running_installation(KESHER_SMTP_URL=sink.url) as kesher:
        write_key = set_up(kesher)
        acknowledged = load_while(kesher, write_key, lambda: kill_at_random(kesher, chance))
        ledger = settled_ledger(kesher, len(acknowledged))

    assert len(acknowledged) > 100, "the load must have gone on"
    logged, runs, messages, sent = ledger.counts
    assert logged == len(acknowledged), "every acknowledged event is in the log once"
    assert runs == logged, "every event started one run"
    assert messages == sent == runs, "every run sent one message"
    assert len(sink.accepted) == sent, "every message reached the mail server"
    again = {number_of(header): count for header, count in sink.accepted.items() if count > 1}
    assert again.keys() <= ledger.uncertain.keys(), "only what was marked as unknowable may have been handed over again"
    for number, count in again.items():
        assert count <= ledger.uncertain[number], "and no more often than the ledger counts attempts"


def set_up(kesher: Installation) -> str:
    """A workspace with one journey, set up by a program of its own; its site's write key."""
    script = Path(__file__).parent / "set_up_shop.py"
    env = {**os.environ, "DATABASE_URL": kesher.database_url}
    return subprocess.run([sys.executable, script], env=env, check=True, capture_output=True, text=True).stdout.strip()


def load_while(kesher: Installation, write_key: str, disturb: Any) -> set[str]:
    """Send orders for a while as a careful client does (again until acknowledged) and disturb meanwhile."""
    acknowledged: set[str] = set()
    end = time.monotonic() + SECONDS
    senders = [
        threading.Thread(target=send_orders, args=(kesher, write_key, number, end, acknowledged)) for number in range(2)
    ]
    for thread in senders:
        thread.start()
    time.sleep(2)
    while time.monotonic() < end - 2:
        disturb()
        time.sleep(1.2)
    for thread in senders:
        thread.join(timeout=120)
        assert not thread.is_alive(), "the collector did not come back"
    return acknowledged


def send_orders(kesher: Installation, write_key: str, sender: int, end: float, acknowledged: set[str]) -> None:
    number = 0
    while time.monotonic() < end:
        batch = [order(f"{sender}-{number + i}") for i in range(BATCH)]
        while not accepted(kesher, write_key, batch):
            time.sleep(0.1)
        acknowledged.update(event["messageId"] for event in batch)
        number += BATCH
        time.sleep(0.05)


def order(key: str) -> dict[str, Any]:
    """One order of a person of her own."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": f"u{key}",
        "messageId": f"order-{key}",
        "properties": {"order_id": key},
    }


def accepted(kesher: Installation, write_key: str, batch: list[dict[str, Any]]) -> bool:
    headers = {
        "Authorization": "Basic " + base64.b64encode(f"{write_key}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    people = [
        {
            "type": "identify",
            "userId": event["userId"],
            "messageId": "identify-" + event["messageId"],
            "traits": {"email": f"{event['userId']}@example.com"},
        }
        for event in batch
    ]
    connection = http.client.HTTPConnection("127.0.0.1", kesher.collector_port, timeout=15)
    try:
        connection.request("POST", "/v1/batch", json.dumps({"batch": [*people, *batch]}), headers)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return answer.status == 200 and not body.get("refused")
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()


def kill_at_random(kesher: Installation, chance: random.Random) -> None:
    role = chance.choice(VICTIMS)
    found = kesher.processes().get(role, [])
    if found:
        try:
            os.kill(found[0].pid, signal.SIGKILL)
        except (ProcessLookupError, psutil.NoSuchProcess):
            return


@dataclass(frozen=True)
class Ledger:
    """Events, runs, messages and sent messages; and how often each message of unknown fate was attempted."""

    counts: tuple[int, int, int, int]
    uncertain: dict[int, int]


def settled_ledger(kesher: Installation, expected: int) -> Ledger:
    """The ledger once every message is sent, or after two minutes as it is."""
    deadline = time.monotonic() + 120
    ledger = Ledger((0, 0, 0, 0), {})
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(kesher.database_url, autocommit=True) as conn:
                counts = conn.execute(COUNTS).fetchone()
                uncertain = conn.execute("SELECT id, attempts FROM messaging_message WHERE uncertain").fetchall()
        except (psycopg.OperationalError, AssertionError):
            time.sleep(1)
            continue
        assert counts is not None
        ledger = Ledger(counts, dict(uncertain))
        if counts[3] >= expected:
            time.sleep(2)  # what would be sent a second time, would be by now
            break
        time.sleep(0.5)
    return ledger


def number_of(header: str) -> int:
    """The ledger's number of a message, which its Message-ID carries."""
    return int(header.split(".")[1])


COUNTS = """
SELECT (SELECT count(*) FROM events_event WHERE name = 'Order Completed'),
       (SELECT count(*) FROM journeys_run),
       (SELECT count(*) FROM messaging_message),
       (SELECT count(*) FROM messaging_message WHERE state = 'sent')
"""

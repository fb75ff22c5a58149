"""A whole base through wait → split → send: engine processes alone, with the ledger, the log and the segments.

The clock is held, so that everybody's wait falls due at the same moment: the worst that a schedule can do.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from bench.database import cpu_seconds, fresh_database, postgres_cpu_seconds
from bench.population import add_people

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)

JOURNEY = """\
journey: newsletter
name: {en: Newsletter, he: עלון}
entry: {schedule: {at: "2026-11-02 07:00"}, segment: everyone}
nodes:
  later: {type: wait, for: 1h, next: which}
  which:
    type: split
    branches:
      - {name: vip, rule: {trait: vip, op: eq, value: true}, next: for_vips}
    else: for_all
  for_vips: {type: send_email, template: offers, topic: news}
  for_all: {type: send_email, template: offers, topic: news}
"""
NODES_OF_A_RUN = 3


def run(people: int = 500_000, *, engines: int = 2) -> dict[str, Any]:
    """Node transitions a second (a person passes three nodes) with so many engines, and what bounds them."""
    with fresh_database():
        from kesher.kernel.clock import freeze_clock
        from kesher.kernel.db import connect

        with connect("bench") as conn:
            freeze_clock(conn, START)
            _set_up(conn, people)
            with _running_engines(conn, engines) as processes:
                server, own, began = postgres_cpu_seconds(conn), _cpu(processes), time.monotonic()
                for hours, outcome in ((1, "entered"), (2, "completed")):
                    freeze_clock(conn, START + timedelta(hours=hours))
                    _await_all(conn, outcome, people)
                seconds = time.monotonic() - began
                server, own = postgres_cpu_seconds(conn) - server, _cpu(processes) - own
            row = conn.execute("SELECT count(*), count(DISTINCT profile_id) FROM messaging_message").fetchone()
    assert row == (people, people), f"not everybody got one message: {row}"
    return {
        "people": people,
        "engines": engines,
        "transitions_per_second": round(people * NODES_OF_A_RUN / seconds),
        "seconds": round(seconds, 1),
        "microseconds_per_transition": {
            "postgres": round(server / people / NODES_OF_A_RUN * 1e6, 1),
            "engine": round(own / people / NODES_OF_A_RUN * 1e6, 1),
        },
    }


@contextmanager
def _running_engines(conn: Any, engines: int) -> Iterator[list[psutil.Process]]:
    """The engine processes that share the shards, once all shards are theirs."""
    from kesher.kernel.shards import SHARDS

    started = []
    try:
        for number in range(1, engines + 1):
            env = {**os.environ, "KESHER_ENGINE": f"{number}/{engines}"}
            started.append(subprocess.Popen([sys.executable, "-m", "kesher.cli", "run", "engine"], env=env))
        while conn.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()[0] < SHARDS:
            assert all(engine.poll() is None for engine in started), "an engine did not start"
            time.sleep(0.1)
        yield [psutil.Process(engine.pid) for engine in started]
    finally:
        for engine in started:
            engine.terminate()
        for engine in started:
            engine.wait(timeout=60)


def _await_all(conn: Any, outcome: str, people: int) -> None:
    """Wait until everybody has come so far, by the canvas' own numbers, and the engines have read what they wrote."""
    from kesher.config.engine import CONSUMER
    from kesher.events import queries as events
    from kesher.kernel.shards import SHARDS

    count = "SELECT sum(count) FROM journeys_counter WHERE node = '' AND outcome = %s"
    shards = list(range(SHARDS))
    while conn.execute(count, [outcome]).fetchone()[0] != people or events.has_unread(
        conn, consumer=CONSUMER, shards=shards
    ):
        time.sleep(0.1)


def _cpu(processes: list[psutil.Process]) -> float:
    return sum(map(cpu_seconds, processes))


def _set_up(conn: Any, people: int) -> None:
    from kesher.accounts import services as accounts
    from kesher.consent import services as consent
    from kesher.content import services as content
    from kesher.content.types import VariantSource
    from kesher.journeys import services as journeys
    from kesher.kernel.text import Text

    workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=START).id
    consent.create_topic(workspace_id=workspace_id, key="news", name=Text(en="News", he="חדשות"))
    content.save_template(
        workspace_id=workspace_id,
        key="offers",
        name="Offers",
        variants=[VariantSource("en", "Offers", "<html><body><p>Hello</p>{% footer %}</body></html>", "html")],
        fallback_language="en",
        now=START,
    )
    add_people(conn, workspace_id=workspace_id, people=people, now=START)
    journeys.apply_yaml(JOURNEY, workspace_id=workspace_id, now=START)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.transitions")
    parser.add_argument("people", nargs="?", type=int, default=500_000)
    parser.add_argument("--engines", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(run(options.people, engines=options.engines), indent=2))

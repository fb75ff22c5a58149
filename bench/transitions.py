"""A whole base through wait → split → send: the engine's tick alone, with the ledger, the log and the segments.

The clock is held, so that everybody's wait falls due at the same moment: the worst that a schedule can do.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from bench.database import cpu_seconds, fresh_database
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


def run(people: int = 500_000) -> dict[str, Any]:
    """Node transitions a second (a person passes three nodes), and what bounds them."""
    with fresh_database():
        from kesher.config import engine
        from kesher.kernel.clock import freeze_clock
        from kesher.kernel.db import connect

        with connect("bench") as conn:
            freeze_clock(conn, START)
            _set_up(conn, people)
            engine.prepare(conn)
            backend = psutil.Process(conn.info.backend_pid)
            server, own, began = cpu_seconds(backend), time.process_time(), time.monotonic()
            lengths: list[float] = []
            for hours in (1, 2):
                freeze_clock(conn, START + timedelta(hours=hours))
                lengths += _ticks(conn)
            seconds = time.monotonic() - began
            server, own = cpu_seconds(backend) - server, time.process_time() - own
            row = conn.execute(
                "SELECT (SELECT count(*) FROM messaging_message),"
                " (SELECT count(*) FROM journeys_run WHERE state = 'completed')"
            ).fetchone()
    assert row == (people, people), f"not everybody came through: {row}"
    return {
        "people": people,
        "transitions_per_second": round(people * NODES_OF_A_RUN / seconds),
        "seconds": round(seconds, 1),
        "ticks": len(lengths),
        "slowest_tick_ms": round(max(lengths) * 1000),
        "microseconds_per_transition": {
            "PostgreSQL": round(server / people / NODES_OF_A_RUN * 1e6, 1),
            "Python": round(own / people / NODES_OF_A_RUN * 1e6, 1),
        },
    }


def _ticks(conn: Any) -> list[float]:
    """Tick until all is quiet, as the engine's own loop does; the seconds of each."""
    from kesher.config import engine
    from kesher.kernel.shards import SHARDS

    shards = list(range(SHARDS))
    lengths, untidied = [], 0
    while True:
        started = time.monotonic()
        done = engine.tick(conn, shards)
        lengths.append(time.monotonic() - started)
        untidied = engine.tidy(conn, untidied + done.events)
        if not (done.more or done.events or engine.events_waiting(conn, shards)):
            return lengths


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
        variants=[VariantSource("en", "Offers", "<html><body><p>Hello</p></body></html>", "html")],
        fallback_language="en",
        now=START,
    )
    add_people(conn, workspace_id=workspace_id, people=people, now=START)
    journeys.apply_yaml(JOURNEY, workspace_id=workspace_id, now=START)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.transitions")
    parser.add_argument("people", nargs="?", type=int, default=500_000)
    print(json.dumps(run(parser.parse_args().people), indent=2))

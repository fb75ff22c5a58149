"""The lag of the tick: 100 segments over 20 kinds of events, 1,000 events a second, each of which touches 5 of them.

The real collector and the real engine, each a process as `kesher run` starts it, on the embedded PostgreSQL with fsync
on; no sender, no web. The lag of an event is the time from the moment at which the collector received it to the moment
at which the engine's cursor is seen to have passed it, that is, after the commit of the tick which brought the
memberships up to it; looked at every 5 ms. Nobody is in a segment when it begins, so that people enter more often than
they would in a base that has settled.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from bench.database import cpu_seconds, fresh_database, postgres_cpu_seconds
from bench.installation import free_port
from bench.population import add_history, add_people, add_user_ids
from bench.steady import stream

NAMES = [f"Action {number}" for number in range(20)]
EVENTS_A_PERSON = 10
DAYS = 60
WARM_UP_SECONDS = 5.0
_LOOK_SECONDS = 0.005


def run(people: int = 100_000, *, seconds: float = 60.0, rate: int = 1_000) -> dict[str, Any]:
    """Milliseconds of lag over all events that came after the warm-up, and who used the processor."""
    port = free_port()
    with fresh_database(KESHER_COLLECTOR_PORT=str(port)):
        key, first = _set_up(people)
        with _running("collector") as collector, _running("engine") as engine:
            _await_ready(port)
            processes = {"collector": collector, "engine": engine}
            _stream(port, key, first, people, WARM_UP_SECONDS, rate, "warm")
            before, began = _used(processes), datetime.now(UTC)
            with _watching() as passed:
                _stream(port, key, first, people, seconds, rate, "run")
                after = _used(processes)
                _await_read()
        lags, changes = _lags(passed, began)
    return {
        "people": people,
        "events": len(lags),
        "changes": changes,
        "median_ms": round(statistics.median(lags)),
        "p95_ms": round(lags[int(len(lags) * 0.95)]),
        "max_ms": round(lags[-1]),
        "cpu_percent_by_role": {role: round((after[role] - before[role]) / seconds * 100) for role in after},
    }


def _set_up(people: int) -> tuple[str, int]:
    """People with a past, and the segments, live; the write key and the first profile."""
    from kesher.accounts import services as accounts
    from kesher.events import services as events
    from kesher.kernel.db import connect
    from kesher.kernel.text import Text
    from kesher.segments import services as segments

    now = datetime.now(UTC)
    workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=now).id
    with connect("bench") as conn:
        source = events.create_source(conn, workspace_id=workspace_id, name="bench", now=now)
        add_people(conn, workspace_id=workspace_id, people=people, now=now)
        add_user_ids(conn, workspace_id=workspace_id, now=now)
        past = now - timedelta(seconds=1)
        count = people * EVENTS_A_PERSON
        add_history(conn, workspace_id=workspace_id, events=count, days=DAYS, now=past, names=NAMES)
        for number, name in enumerate(NAMES):
            for kind, rule in enumerate(_rules(name, number)):
                key = f"s{number}-{kind}"
                segments.save_segment(
                    conn, workspace_id=workspace_id, key=key, name=Text(en=key, he=key), rule=rule, now=now
                )
        # Building them would be another measurement.
        conn.execute("UPDATE segments_segment SET state = 'live'")
        conn.execute("CHECKPOINT")
        row = conn.execute("SELECT min(id) FROM profiles_profile").fetchone()
    assert row is not None
    return source.write_key, row[0]


def _rules(name: str, number: int) -> list[dict[str, Any]]:
    """Five rules that ask about one kind of event: a count, a sum, a filter, a sequence, a whole past with a trait."""
    days = 2 + number
    price = [{"property": "price", "op": "gt", "value": 50}]
    return [
        {"event": name, "op": "ge", "value": 1 + number % 3, "within": {"days": days}},
        {"event": name, "measure": "sum", "of": "price", "op": "gt", "value": 40 + number, "within": {"days": 30}},
        {"event": name, "where": price, "within": {"days": 7}},
        {"sequence": [{"event": name}, {"event": name, "within": {"days": days}}], "within": {"days": 30}},
        {"all": [{"event": name, "op": "ge", "value": 2}, {"trait": "vip", "op": "eq", "value": True}]},
    ]


@contextmanager
def _running(role: str) -> Iterator[psutil.Process]:
    """A process of Kesher."""
    command = [sys.executable, "-W", "ignore", "-m", "kesher.cli", "run", role]
    with subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"}) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _await_ready(port: int) -> None:
    from kesher.kernel.db import connect

    deadline = time.monotonic() + 60
    engine = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kesher engine' AND state = 'idle'"
    with connect("bench") as conn:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                    if conn.execute(engine).fetchone() != (0,):
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError("the collector or the engine did not start")
            time.sleep(0.1)


def _stream(port: int, key: str, first: int, people: int, seconds: float, rate: int, part: str) -> None:
    def make(chance: random.Random, own: str, _number: int) -> dict[str, Any]:
        return {
            "type": "track",
            "userId": f"u{first + chance.randrange(people)}",
            "messageId": f"{part}-{own}",
            "event": chance.choice(NAMES),
            "properties": {"price": chance.randrange(100)},
        }

    stream(port, key, seconds=seconds, rate=rate, make=make)


def _used(processes: dict[str, psutil.Process]) -> dict[str, float]:
    from kesher.kernel.db import connect

    with connect("bench") as conn:
        used = {role: cpu_seconds(process) for role, process in processes.items()}
        return {**used, "postgres": postgres_cpu_seconds(conn), "load": time.process_time()}


@contextmanager
def _watching() -> Iterator[list[tuple[int, float]]]:
    """Where the engine's cursor stood at which moment, noted whenever it moved."""
    from kesher.kernel.db import connect

    passed: list[tuple[int, float]] = []
    over = threading.Event()

    def watch() -> None:
        with connect("bench watch") as conn:
            while not over.wait(_LOOK_SECONDS):
                cursor = "SELECT min(tx_id)::text::bigint FROM events_cursor WHERE consumer = 'engine'"
                row = conn.execute(cursor).fetchone()
                assert row is not None
                if not passed or row[0] != passed[-1][0]:
                    passed.append((row[0], time.time()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield passed
    finally:
        over.set()
        watcher.join()


def _await_read() -> None:
    """Until the engine has read all events."""
    from kesher.events import queries as events
    from kesher.kernel.db import connect
    from kesher.kernel.shards import SHARDS

    deadline = time.monotonic() + 120
    with connect("bench") as conn:
        while events.has_unread(conn, consumer="engine", shards=range(SHARDS)):
            if time.monotonic() > deadline:
                raise RuntimeError("the engine does not keep up")
            time.sleep(0.05)
    time.sleep(10 * _LOOK_SECONDS)


def _lags(passed: list[tuple[int, float]], began: datetime) -> tuple[list[float], int]:
    """The lag of each event in ms, sorted, and how many memberships changed; an event never read fails the run."""
    from kesher.kernel.db import connect

    with connect("bench") as conn:
        rows = conn.execute(
            "SELECT tx_id::text::bigint, extract(epoch FROM received_at)::float8 FROM events_event"
            " WHERE type = 'track' AND received_at >= %s",
            (began,),
        ).fetchall()
        changed = conn.execute(
            "SELECT count(*) FROM events_event WHERE name IN ('Segment Entered', 'Segment Left') AND received_at >= %s",
            (began,),
        ).fetchone()
    cursors = [cursor for cursor, _ in passed]
    lags = [(passed[bisect_right(cursors, tx_id)][1] - received) * 1000 for tx_id, received in rows]
    assert lags and changed is not None
    return sorted(lags), changed[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.lag")
    parser.add_argument("people", nargs="?", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=1_000)
    print(json.dumps(run(**vars(parser.parse_args())), indent=2))

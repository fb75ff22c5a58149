"""The collector over HTTP: batches of 100, durable (fsync on), identity resolved; what was acknowledged is counted."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.installation import free_port


@dataclass(frozen=True, slots=True)
class Stand:
    """A durable PostgreSQL and one collector process in front of it."""

    url: str
    port: int
    key: str
    collector: psutil.Process
    postmaster: psutil.Process


def run(seconds: float = 60.0, *, people: int = 50_000, connections: int = 64) -> dict[str, Any]:
    """Events a second, latency of a request, each process' share, and whether every acknowledged event is there."""
    with _standing() as stand:
        before = _cpu_seconds(stand)
        load = _load(stand, seconds, people, connections)
        after = _cpu_seconds(stand)
        with psycopg.connect(stand.url) as conn:
            rows, profiles, size = conn.execute(
                "SELECT (SELECT count(*) FROM events_event WHERE type <> 'system'),"
                " (SELECT count(*) FROM profiles_profile WHERE merged_into_id IS NULL),"
                " pg_database_size(current_database())"
            ).fetchone()  # type: ignore[misc]
            durable = conn.execute("SELECT current_setting('fsync') || '/' || current_setting('synchronous_commit')")
            settings = durable.fetchone()[0]  # type: ignore[index]
        memory = stand.collector.memory_info().rss
    elapsed = load["seconds"]
    shares = {name: round(100 * (after[name] - before[name]) / elapsed) for name in after}
    return {
        "events_per_second": round(load["events_per_second"]),
        "p50_ms": round(load["p50_ms"]),
        "p95_ms": round(load["p95_ms"]),
        "seconds": round(elapsed, 1),
        "acknowledged": load["acknowledged"],
        "rows": rows,
        "lost": load["acknowledged"] - rows,
        "profiles": profiles,
        "fsync/synchronous_commit": settings,
        "cpu_percent_of_a_core": {**shares, "load": round(100 * load["cpu_seconds"] / elapsed)},
        "collector_memory_mb": round(memory / 1024**2),
        "database_mb": round(size / 1024**2),
        "statuses": load["statuses"],
    }


@contextmanager
def _standing() -> Iterator[Stand]:
    folder = Path(tempfile.mkdtemp(prefix="kesher-bench-"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KESHER_")},
        "KESHER_DATA_DIR": str(folder),
        "KESHER_SECRET_KEY": "only-for-benchmarks",
        "KESHER_COLLECTOR_PORT": str(free_port()),
        "PYTHONWARNINGS": "ignore",
    }
    from kesher.config import postgres

    process: subprocess.Popen[bytes] | None = None
    try:
        url = environment["DATABASE_URL"] = postgres.start(folder / "postgres")
        kesher = [sys.executable, "-m", "kesher.cli"]
        subprocess.run([*kesher, "migrate", "--quiet"], env=environment, check=True)
        key = _make_source(url)
        process = subprocess.Popen([*kesher, "run", "collector"], env=environment)
        port = int(environment["KESHER_COLLECTOR_PORT"])
        _await_health(port, process)
        master = int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        yield Stand(url, port, key, psutil.Process(process.pid), psutil.Process(master))
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=60)
        postgres.delete(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def _make_source(url: str) -> str:
    with psycopg.connect(url) as conn:
        conn.execute(
            "WITH made AS ("
            "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
            " VALUES ('bench', 'Bench', 'Asia/Jerusalem', 'he', '{}', now()) RETURNING id)"
            " INSERT INTO events_source (workspace_id, name, write_key, enabled, created_at)"
            " SELECT id, 'site', 'bench-key', true, now() FROM made"
        )
    return "bench-key"


def _await_health(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the collector did not start")


def _load(stand: Stand, seconds: float, people: int, connections: int) -> dict[str, Any]:
    options = {"port": stand.port, "key": stand.key, "seconds": seconds, "people": people, "connections": connections}
    command = [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run([sys.executable, "-m", "bench.load", *command], check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _cpu_seconds(stand: Stand) -> dict[str, float]:
    collector = stand.collector.cpu_times()
    master = stand.postmaster.cpu_times()
    # The postmaster's own count holds its children that have ended, such as autovacuum's workers.
    server = master.user + master.system + master.children_user + master.children_system
    for child in stand.postmaster.children():
        times = child.cpu_times()
        server += times.user + times.system
    return {"collector": collector.user + collector.system, "postgresql": server}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.collector")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--connections", type=int, default=64)
    print(json.dumps(run(**vars(parser.parse_args())), indent=2))

"""A rule over everybody: its preview, which counts from scratch, over a million people and ten million events."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from bench.database import fresh_database, postgres_cpu_seconds
from bench.population import add_history, add_people

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DAYS = 90

TRAITS = {
    "all": [
        {"trait": "city", "op": "eq", "value": "חיפה"},
        {"trait": "points", "op": "ge", "value": 300},
    ]
}
BEHAVIOUR = {"event": "Order Completed", "measure": "count", "op": "ge", "value": 3, "within": {"days": 30}}
THREE = {
    "all": [
        {"event": "Product Viewed", "measure": "count", "op": "ge", "value": 2, "within": {"days": 60}},
        {
            "sequence": [{"event": "Product Added"}, {"event": "Order Completed", "within": {"days": 20}}],
            "within": {"days": 90},
        },
        {
            "event": "Order Completed",
            "measure": "sum",
            "of": "revenue",
            "op": "gt",
            "value": 150,
            "within": {"days": 90},
        },
    ]
}
RULES = {"traits": TRAITS, "count": BEHAVIOUR, "three": THREE}
TIMES = 5
LONGEST_SECONDS = 60


def run(people: int = 1_000_000, events: int = 10_000_000) -> dict[str, Any]:
    """Seconds from the rule to the count, the sample and the warnings, as the API's preview does it: median of five."""
    with fresh_database():
        from kesher.accounts import services as accounts
        from kesher.kernel.db import connect

        with connect("bench") as conn:
            workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=NOW).id
            began = time.monotonic()
            add_people(conn, workspace_id=workspace_id, people=people, now=NOW)
            add_history(conn, workspace_id=workspace_id, events=events, days=DAYS, now=NOW)
            conn.execute("CHECKPOINT")
            loading = round(time.monotonic() - began)
            found = {name: _time(conn, workspace_id, rule) for name, rule in RULES.items()}
    return {"people": people, "events": events, "loading_seconds": loading, "rules": found}


def _time(conn: Any, workspace_id: int, rule: dict[str, Any]) -> dict[str, Any]:
    """Seconds on the clock, and of processors; the first time, which warms the caches, is left out."""
    from kesher.segments import queries as segments

    parsed = segments.parse_rule(rule)
    seconds, used = [], []
    for _ in range(TIMES + 1):
        before, began = postgres_cpu_seconds(conn), time.monotonic()
        preview = segments.preview_rule(conn, parsed, workspace_id=workspace_id, now=NOW, seconds=LONGEST_SECONDS)
        seconds.append(time.monotonic() - began)
        used.append(postgres_cpu_seconds(conn) - before)
    return {
        "seconds": round(statistics.median(seconds[1:]), 2),
        "cpu_seconds": round(statistics.median(used[1:]), 2),
        "people": preview.count,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.rule")
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    parser.add_argument("events", nargs="?", type=int, default=10_000_000)
    print(json.dumps(run(**vars(parser.parse_args())), indent=2, ensure_ascii=False))

"""A rule over everybody: counted from scratch while it is edited, over a million people and ten million events."""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from typing import Any

from bench.database import fresh_database
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
RULES = {"two traits": TRAITS, "a count in a window": BEHAVIOUR, "a count, a sequence and a sum": THREE}


def run(people: int = 1_000_000, events: int = 10_000_000) -> dict[str, Any]:
    """Seconds to count each rule, the best of three."""
    with fresh_database():
        from kesher.accounts import services as accounts
        from kesher.kernel.db import connect
        from kesher.segments import queries as segments

        with connect("bench") as conn:
            workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=NOW).id
            add_people(conn, workspace_id=workspace_id, people=people, now=NOW)
            add_history(conn, workspace_id=workspace_id, events=events, days=DAYS, now=NOW)
            found = {}
            for name, rule in RULES.items():
                parsed = segments.parse_rule(rule)
                times = []
                for _ in range(3):
                    began = time.monotonic()
                    count = segments.count_matching(conn, parsed, workspace_id=workspace_id, now=NOW)
                    times.append(time.monotonic() - began)
                found[name] = {"seconds": round(min(times), 2), "people": count}
    return {"people": people, "events": events, "rules": found}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.rule")
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    parser.add_argument("events", nargs="?", type=int, default=10_000_000)
    print(json.dumps(run(**vars(parser.parse_args())), indent=2, ensure_ascii=False))

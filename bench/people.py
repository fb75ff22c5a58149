"""The list of people: searched, filtered by rules, paged, on a list, saved as a file; over a million people."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.database import fresh_database
from bench.population import add_history, add_people

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TIMES = 5
LIMIT = 51
LONGEST_SECONDS = 60

MANY = {"trait": "city", "op": "eq", "value": "חיפה"}
FEW = {"all": [MANY, {"trait": "points", "op": "eq", "value": 777}, {"trait": "vip", "op": "eq", "value": True}]}
NOBODY = {"trait": "city", "op": "eq", "value": "אילת"}
DID = {"event": "Order Completed", "measure": "count", "op": "ge", "value": 3, "within": {"days": 30}}
ON_LIST = {"list": "club"}


def run(people: int = 1_000_000, events: int = 10_000_000) -> dict[str, Any]:
    """Milliseconds of a page of 50 people by each way to ask, and of an export; medians of five."""
    with fresh_database():
        from kesher.accounts import services as accounts
        from kesher.kernel.db import connect

        with connect("bench") as conn:
            workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=NOW).id
            add_people(conn, workspace_id=workspace_id, people=people, now=NOW)
            add_history(conn, workspace_id=workspace_id, events=events, days=90, now=NOW)
            _fill_list(conn, workspace_id)
            conn.execute("VACUUM ANALYZE profiles_profile")
            conn.execute("CHECKPOINT")
            return {"people": people, "events": events, **_measure(conn, workspace_id)}


def _fill_list(conn: Any, workspace_id: int) -> None:
    """Every hundredth person on the list `club`."""
    conn.execute(
        "INSERT INTO segments_list (workspace_id, key, name, created_at) VALUES (%s, 'club', '{}', %s)",
        (workspace_id, NOW),
    )
    conn.execute(
        "INSERT INTO segments_list_member (list_id, profile_id, workspace_id, shard, added_at)"
        " SELECT l.id, p.id, p.workspace_id, p.shard, %s FROM segments_list l, profiles_profile p"
        " WHERE p.id %% 100 = 0",
        (NOW,),
    )
    conn.execute("VACUUM ANALYZE segments_list_member")


def _measure(conn: Any, workspace_id: int) -> dict[str, Any]:
    from kesher.profiles import queries as profiles
    from kesher.segments import queries as segments

    def search(text: str, before: int | None = None) -> Callable[[], Sequence[Any]]:
        return lambda: profiles.list_found(conn, workspace_id=workspace_id, text=text, before_id=before, limit=LIMIT)

    def filtered(rule: dict[str, Any], text: str = "", limit: int = LIMIT) -> Callable[[], Sequence[Any]]:
        parsed = segments.parse_rule(rule)
        asked: dict[str, Any] = {"workspace_id": workspace_id, "now": NOW, "text": text, "limit": limit}
        return lambda: segments.list_matching(conn, parsed, seconds=LONGEST_SECONDS, **asked)

    row = conn.execute("SELECT max(id), min(id) + (max(id) - min(id)) / 2 FROM profiles_profile").fetchone()
    last, middle = row
    return {
        "newest": _time(search("")),
        "a page from the middle": _time(search("", middle)),
        "a name that a fifth have": _time(search("דנה")),
        "an address": _time(search(f"p{last - 5}@people.example")),
        "the beginning of an address": _time(search("p12345")),
        "a word that nobody has": _time(search("zzzz")),
        "a trait that a third have": _time(filtered(MANY)),
        "traits that few have": _time(filtered(FEW)),
        "a trait that nobody has": _time(filtered(NOBODY)),
        "a count in a window": _time(filtered(DID)),
        "a list of one in a hundred": _time(filtered(ON_LIST)),
        "a rule and a name": _time(filtered(FEW, "דנה")),
        "finding 100,000 to export": _time(filtered(MANY, limit=100_001)),
        "a page of a list by key": _time(
            lambda: segments.list_list_members(conn, workspace_id=workspace_id, key="club", after=middle, limit=LIMIT)
        ),
        "how many are on a list": _time(
            lambda: list(segments.count_list_members(conn, workspace_id=workspace_id).values())
        ),
    }


def _time(ask: Callable[[], Sequence[Any]]) -> dict[str, Any]:
    """The first time, which warms the caches, is left out."""
    found: Sequence[Any] = ()
    taken = []
    for _ in range(TIMES + 1):
        began = time.monotonic()
        found = ask()
        taken.append(time.monotonic() - began)
    return {"milliseconds": round(statistics.median(taken[1:]) * 1000, 1), "rows": len(found)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.people")
    parser.add_argument("people", nargs="?", type=int, default=1_000_000)
    parser.add_argument("events", nargs="?", type=int, default=10_000_000)
    print(json.dumps(run(**vars(parser.parse_args())), indent=2, ensure_ascii=False))

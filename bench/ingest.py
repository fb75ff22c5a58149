"""`python -m bench.ingest`: the writing of events alone, without HTTP, on a cluster of its own; where the time goes.

A shop's traffic: 20,000 people of whom a few come often, 5 % identifies with traits, a quarter anonymous page views,
3 devices each, 600 bytes an event. CPU seconds are counted on both sides of the socket, since on a shared machine the
wall clock measures the neighbours.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from kesher.events.types import IncomingEvent
    from kesher.kernel.db import Conn

NAMES = ("Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed")
CONTEXT = json.dumps(
    {
        "ip": "192.0.2.1",
        "locale": "he-IL",
        "timezone": "Asia/Jerusalem",
        "library": {"name": "analytics-python", "version": "2.3"},
        "page": {"path": "/p/1", "url": "https://shop.example/p/1", "title": "מוצר"},
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
    },
    ensure_ascii=False,
)


def main() -> None:
    """Write the events and print the rates."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingest")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kesher-bench-") as folder:
        from kesher.config import postgres

        cluster = Path(folder) / "postgres"
        os.environ["DATABASE_URL"] = postgres.start(cluster)
        os.environ["KESHER_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "kesher.config.settings"
        try:
            _measure(options.events, options.batch)
        finally:
            postgres.stop(cluster)


def _measure(count: int, batch: int) -> None:
    import django

    warnings.simplefilter("ignore")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from kesher.events import services
    from kesher.kernel.db import connect

    now = datetime.now(UTC)
    with connect("bench") as conn:
        services.ensure_partitions(conn, now=now)
        events = _events(count, now)
        spent = _time_statements()
        backend = psutil.Process(conn.info.backend_pid)
        before, started, own = sum(backend.cpu_times()[:2]), time.perf_counter(), time.process_time()
        for start in range(0, count, batch):
            services.ingest(conn, events[start : start + batch], now=now)
        wall, own = time.perf_counter() - started, time.process_time() - own
        server = sum(backend.cpu_times()[:2]) - before
    print(
        f"{count / wall:,.0f} events/s by the wall clock, {count / (own + server):,.0f} events/s of CPU in one process"
    )
    print(f"Python {own / count * 1e6:.1f} µs, PostgreSQL {server / count * 1e6:.1f} µs an event; waiting for:")
    for name, seconds in spent.most_common(8):
        print(f"  {name:24s} {seconds / count * 1e6:6.2f} µs")


def _time_statements() -> Counter[str]:
    from kesher.kernel import sql

    spent: Counter[str] = Counter()
    run = sql.Statements.run

    def timed(self: sql.Statements, conn: Conn, name: str, params: Any = None, /, **relations: Any) -> Any:
        started = time.perf_counter()
        try:
            return run(self, conn, name, params, **relations)
        finally:
            spent[name] += time.perf_counter() - started

    sql.Statements.run = timed  # type: ignore[method-assign]
    return spent


def _events(count: int, now: datetime) -> list[IncomingEvent]:
    chance = random.Random(1)
    return [_event(chance, number, now) for number in range(count)]


def _event(chance: random.Random, number: int, now: datetime) -> IncomingEvent:
    from kesher.events.types import IncomingEvent

    person = int(chance.paretovariate(0.5)) % 20_000
    anonymous_id = f"anonymous-{person}-{chance.randrange(3)}"
    at = now + timedelta(milliseconds=number)
    common: dict[str, Any] = {
        "workspace_id": 1,
        "source_id": 1,
        "message_id": f"ajs-{number}-{chance.getrandbits(64):x}",
        "occurred_at": at,
        "received_at": at,
        "context": CONTEXT,
    }
    kind = chance.random()
    if kind < 0.05:
        traits = {"email": f"user{person}@example.org", "first_name": "דנה", "orders": chance.randrange(9)}
        common |= {"type": "identify", "name": "Profile Identified", "traits": traits, "locale": "he-IL"}
        return IncomingEvent(
            user_id=f"user-{person}", anonymous_id=anonymous_id, properties=json.dumps(traits), **common
        )
    if kind < 0.3:
        page = '{"path": "/p/1", "title": "מוצר", "url": "https://shop.example/p/1"}'
        return IncomingEvent(type="page", name="Page Viewed", anonymous_id=anonymous_id, properties=page, **common)
    products = [{"product_id": "p1", "price": 5, "quantity": 5, "name": "חלב"}, {"product_id": "p2", "price": 7}]
    order = {"order_id": str(number), "revenue": 25.5, "currency": "ILS", "products": products}
    return IncomingEvent(
        type="track",
        name=chance.choice(NAMES),
        user_id=f"user-{person}",
        anonymous_id=anonymous_id if kind < 0.8 else None,
        properties=json.dumps(order, ensure_ascii=False),
        **common,
    )


if __name__ == "__main__":
    sys.exit(main())

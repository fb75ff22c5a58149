"""The whole way: event accepted → segments → journey → ledger → gate → message accepted by a mail server.

1,000 events a second for a minute into a whole installation (`kesher serve`) with 50 behavioural segments and 10
journeys. One event in ten starts a journey that e-mails at once; its latency is the time between the collector's 200
and the sink's 250.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from bench.installation import Installation, running_installation
from bench.sink import running_sink
from bench.steady import post, stream

PEOPLE = 20_000
SEGMENTS = 50
JOURNEYS = 10
TRIGGER = "Checkout Started"
NAMES = ["Product Viewed", "Product Added", "Cart Viewed", "Article Read", "Search Made"]
TEMPLATE = "bench"


def run(scale: float = 1.0, *, rate: int = 1_000) -> dict[str, Any]:
    """Latencies in milliseconds over 60 s (times `scale`), and what was lost or doubled: both should be nothing."""
    seconds = 60.0 * scale
    with running_sink() as sink, running_installation(KESHER_SMTP_URL=f"smtp://127.0.0.1:{sink.port}") as kesher:
        workspace_id, write_key = _set_up(kesher)
        _register_people(kesher, write_key, workspace_id)
        before = kesher.cpu_seconds()
        accepted = _drive(kesher, write_key, seconds, rate)
        _await_quiet(workspace_id)
        after = kesher.cpu_seconds()
        arrivals = sink.arrivals()
        messages = _messages_by_key(workspace_id)
    result = _compare(accepted, messages, arrivals)
    cpu = {role: round((used - before.get(role, 0)) / seconds * 100) for role, used in after.items()}
    return {**result, "events_per_second": rate, "seconds": seconds, "cpu_percent_by_role": cpu}


def _set_up(kesher: Installation) -> tuple[int, str]:
    import os

    os.environ["DATABASE_URL"] = kesher.database_url
    from kesher.cli.session import set_up_django

    set_up_django()
    from kesher.accounts import services as accounts
    from kesher.consent import services as consent
    from kesher.content import services as content
    from kesher.content.types import VariantSource
    from kesher.events import services as events
    from kesher.journeys import services as journeys
    from kesher.kernel.db import connect
    from kesher.kernel.text import Text
    from kesher.segments import services as segments

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
        source = events.create_source(conn, workspace_id=workspace.id, name="bench", now=now)
        consent.create_topic(workspace_id=workspace.id, key="news", name=Text(en="News", he="חדשות"))
        content.save_template(
            workspace_id=workspace.id,
            key=TEMPLATE,
            name="Bench",
            variants=[
                VariantSource(
                    language="en",
                    subject="For {{ customer.first_name }}",
                    body=f"<html><body><p>Hello {{{{ customer.first_name }}}}</p>{'<p>Lorem.</p>' * 200}"
                    '<a href="https://shop.example.com/cart">Cart</a>{% footer %}</body></html>',
                    body_format="html",
                )
            ],
            fallback_language="en",
            now=now,
        )
        for number in range(SEGMENTS):
            segments.save_segment(
                conn,
                workspace_id=workspace.id,
                key=f"s{number}",
                name=Text(en=f"Segment {number}", he=f"פלח {number}"),
                rule=_rule(number),
                now=now,
            )
        for number in range(JOURNEYS):
            journeys.apply_yaml(_journey(number), workspace_id=workspace.id, now=now)
    return workspace.id, source.write_key


def _rule(number: int) -> dict[str, Any]:
    """At least n of one thing in a window, and not too much of another: counts and windows, all different."""
    return {
        "all": [
            {
                "event": NAMES[number % len(NAMES)],
                "measure": "count",
                "op": "ge",
                "value": 2 + number % 7,
                "within": {"days": 1 + number % 30},
            },
            {
                "event": NAMES[(number + 1) % len(NAMES)],
                "measure": "count",
                "op": "le",
                "value": 20 + number,
                "within": {"hours": 1 + number % 48},
            },
        ]
    }


def _journey(number: int) -> str:
    return f"""\
journey: j{number}
name: {{en: Journey {number}, he: מסע {number}}}
entry:
  event: {TRIGGER}
  where:
    - {{property: group, op: eq, value: {number}}}
reentry: {{policy: always}}
nodes:
  send:
    type: send_email
    template: {TEMPLATE}
    topic: news
"""


def _register_people(kesher: Installation, write_key: str, workspace_id: int) -> None:
    """20,000 people with an e-mail and permission."""
    from kesher.events import services as events
    from kesher.kernel.db import connect
    from kesher.kernel.relations import Relation

    connection = http.client.HTTPConnection("127.0.0.1", kesher.collector_port)
    for start in range(0, PEOPLE, 100):
        batch = [
            {
                "type": "identify",
                "userId": f"u{n}",
                "messageId": f"identify-{n}",
                "traits": {"email": f"u{n}@example.com", "first_name": f"Name{n}", "locale": "en-US"},
            }
            for n in range(start, start + 100)
        ]
        post(connection, write_key, batch)
    with connect("bench") as conn:
        for start in range(0, PEOPLE, 2_000):
            events.record_consents(
                conn,
                Relation(
                    "SELECT workspace_id, id AS profile_id, 'email' AS channel, 'news' AS topic, 'granted' AS state,"
                    " 'bench' AS source, '' AS wording, '{}'::jsonb AS evidence, created_at AS given_at"
                    " FROM profiles_profile WHERE workspace_id = %(bench_workspace)s"
                    " ORDER BY id LIMIT 2000 OFFSET %(bench_start)s",
                    {"bench_workspace": workspace_id, "bench_start": start},
                ),
                now=datetime.now(UTC),
            )
    _await_quiet(workspace_id)


def _drive(kesher: Installation, write_key: str, seconds: float, rate: int) -> dict[str, float]:
    """Send at a steady rate from a few connections; the moment of acceptance of every triggering event, by its key."""
    accepted: dict[str, float] = {}

    def note(batch: list[dict[str, Any]], at: float) -> None:
        accepted.update({e["properties"]["k"]: at for e in batch if e["event"] == TRIGGER})

    stream(kesher.collector_port, write_key, seconds=seconds, rate=rate, make=_event, accepted=note)
    return accepted


def _event(chance: random.Random, key: str, number: int) -> dict[str, Any]:
    name = TRIGGER if number % 10 == 0 else chance.choice(NAMES)
    return {
        "type": "track",
        "userId": f"u{chance.randrange(PEOPLE)}",
        "messageId": f"bench-{key}",
        "event": name,
        "properties": {"k": key, "group": chance.randrange(JOURNEYS), "price": chance.randrange(100)},
    }


def _await_quiet(workspace_id: int, seconds: float = 120.0) -> None:
    """Wait until the engine has read everything and nothing is left to send."""
    from kesher.kernel.db import connect

    deadline = time.monotonic() + seconds
    with connect("bench") as conn:
        calm = 0
        while calm < 5 and time.monotonic() < deadline:
            row = conn.execute(
                "SELECT EXISTS (SELECT FROM messaging_message WHERE state IN ('reserved', 'sending')),"
                " (SELECT min(tx_id) FROM events_cursor WHERE consumer = 'engine') <="
                " (SELECT max(tx_id) FROM events_event)"
            ).fetchone()
            assert row is not None
            calm = 0 if row[0] or row[1] else calm + 1
            time.sleep(0.2)


def _messages_by_key(workspace_id: int) -> dict[str, list[int]]:
    from kesher.kernel.db import connect

    found: dict[str, list[int]] = {}
    with connect("bench") as conn:
        rows = conn.execute(
            "SELECT context->'event'->'properties'->>'k', id FROM messaging_message WHERE workspace_id = %s",
            (workspace_id,),
        )
        for key, message_id in rows:
            found.setdefault(key, []).append(message_id)
    return found


def _compare(
    accepted: dict[str, float], messages: dict[str, list[int]], arrivals: dict[int, list[float]]
) -> dict[str, Any]:
    arrived = {key: [at for m in messages.get(key, []) for at in arrivals.get(m, [])] for key in accepted}
    latencies = sorted(times[0] - accepted[key] for key, times in arrived.items() if times)
    return {
        "triggering_events": len(accepted),
        "messages": sum(len(times) for times in arrivals.values()),
        "lost": sum(not times for times in arrived.values()),
        "twice": sum(len(times) > 1 for times in arrived.values()),
        "median_ms": round(statistics.median(latencies) * 1000) if latencies else None,
        "p95_ms": round(latencies[int(len(latencies) * 0.95)] * 1000) if latencies else None,
        "max_ms": round(latencies[-1] * 1000) if latencies else None,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))

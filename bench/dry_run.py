"""A dry run: the recorded history of ninety days goes through an abandoned-cart journey, person by person in memory."""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.database import fresh_database, postgres_cpu_seconds
from bench.population import add_history, add_people

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DAYS = 90
EVENTS_OF_A_PERSON = 10

JOURNEY = """\
journey: cart
name: {en: Abandoned cart, he: עגלה נטושה}
entry: {event: Product Added}
reentry: {policy: after_exit, after: 7d}
goal: {event: Order Completed, within: 3d}
nodes:
  later: {type: wait, for: 4h, next: parts}
  parts:
    type: random
    paths:
      - {name: treated, weight: 9000, next: which}
      - {name: control, weight: 1000, holdout: true}
  which:
    type: split
    branches:
      - name: loyal
        rule: {event: Order Completed, measure: count, op: ge, value: 2, within: {days: 60}}
        next: thank
    else: remind
  remind: {type: send_email, template: offers, topic: news, next: answer}
  answer: {type: wait_until, event: Cart Viewed, for: 2d, timeout: again}
  again: {type: send_email, template: offers, topic: news}
  thank: {type: send_email, template: offers, topic: news}
"""


def run(people: int = 100_000) -> dict[str, Any]:
    """Seconds for so many people with ten events each, and what they found."""
    with fresh_database():
        from kesher.journeys import queries
        from kesher.kernel.db import connect

        with connect("bench") as conn:
            workspace_id = _set_up(conn, people)
            definition, number = queries.read_to_play(workspace_id=workspace_id, yaml=JOURNEY)
            server, own, began = postgres_cpu_seconds(conn), time.process_time(), time.monotonic()
            told = queries.rehearse_journey(
                conn,
                definition,
                workspace_id=workspace_id,
                start=NOW - timedelta(days=DAYS),
                until=NOW,
                now=NOW,
                number=number,
            )
            seconds = time.monotonic() - began
            server, own = postgres_cpu_seconds(conn) - server, time.process_time() - own
    messages = sum(told.by_hour.values())
    assert messages > people / 2, f"hardly anybody would have got a message: {told.held}"
    return {
        "people": people,
        "events": people * EVENTS_OF_A_PERSON,
        "seconds": round(seconds, 1),
        "people_per_second": round(people / seconds),
        "entered": told.entered,
        "runs": told.runs,
        "messages": messages,
        "microseconds_per_person": {"Python": round(own / people * 1e6), "postgres": round(server / people * 1e6)},
    }


def _set_up(conn: Any, people: int) -> int:
    from kesher.accounts import services as accounts
    from kesher.consent import services as consent
    from kesher.content import services as content
    from kesher.content.types import VariantSource
    from kesher.kernel.text import Text

    workspace_id = accounts.create_workspace(slug="bench", name="Bench", now=NOW).id
    consent.create_topic(workspace_id=workspace_id, key="news", name=Text(en="News", he="חדשות"))
    content.save_template(
        workspace_id=workspace_id,
        key="offers",
        name="Offers",
        variants=[VariantSource("en", "Offers", "<html><body><p>Hello</p>{% footer %}</body></html>", "html")],
        fallback_language="en",
        now=NOW,
    )
    add_people(conn, workspace_id=workspace_id, people=people, now=NOW - timedelta(days=DAYS + 1))
    # People as an identify leaves them: the address is a trait too.
    conn.execute("UPDATE profiles_profile SET traits = traits || jsonb_build_object('email', email)")
    add_history(conn, workspace_id=workspace_id, events=people * EVENTS_OF_A_PERSON, days=DAYS, now=NOW)
    return workspace_id


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.dry_run")
    parser.add_argument("people", nargs="?", type=int, default=100_000)
    print(json.dumps(run(parser.parse_args().people), indent=2))

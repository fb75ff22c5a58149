"""A grade that changes is an event like any other: a journey begins with it."""

from __future__ import annotations

from datetime import datetime

import psycopg

from kesher.config.engine import events_waiting, prepare, tick
from kesher.events import services as events
from kesher.events.types import IncomingEvent
from kesher.journeys import services as journeys
from kesher.kernel.clock import freeze_clock
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.segments import services as segments

ALL = list(range(SHARDS))
JOURNEY = """\
journey: hand_over
name: {en: Hand over, he: העברה למכירות}
entry:
  event: Score Grade Changed
  where:
    - {property: model, op: eq, value: leads}
    - {property: to, op: in, value: [A1, A2, B1, B2, D2]}
nodes:
  note:
    type: update_profile
    set: {ripe: true}
"""
LEADS = {
    "fit": {"maximum": 100, "rules": [], "grades": {"A": 75, "B": 50, "C": 25}},
    "engagement": {
        "half_life": {"days": 10},
        "events": [{"event": "Demo Booked", "points": 40}],
        "grades": {"1": 60, "2": 30, "3": 10},
    },
}


def test_a_lead_that_ripens_enters_the_journey_of_its_hand_over(
    conn: psycopg.Connection, workspace: int, now: datetime
) -> None:
    freeze_clock(conn, now)
    prepare(conn)
    name = Text(en="Leads", he="לידים")
    segments.save_score_model(conn, workspace_id=workspace, key="leads", name=name, definition=LEADS, now=now)
    journeys.apply_yaml(JOURNEY, workspace_id=workspace, now=now, actor="test")
    booked = IncomingEvent(
        workspace_id=workspace,
        source_id=0,
        message_id="1",
        type="track",
        name="Demo Booked",
        occurred_at=now,
        received_at=now,
        user_id="dana",
    )
    events.ingest(conn, [booked], now=now)
    for _ in range(10):
        if not tick(conn, ALL).more and not events_waiting(conn, ALL):
            break
    assert conn.execute("SELECT state FROM journeys_run").fetchall() == [("completed",)]
    assert conn.execute("SELECT traits FROM profiles_profile").fetchone() == ({"ripe": True},)

"""The housekeeping runs by itself and does what it says."""

from __future__ import annotations

import psycopg
from procrastinate.contrib.django import app

from kesher.events import jobs


def test_the_housekeeping_is_on_the_schedule() -> None:
    scheduled = {name.rpartition(".")[2]: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert scheduled["keep_days"] == "7 * * * *"
    assert scheduled["keep_lake"] == "23 3 * * *"


def test_the_coming_days_have_partitions(conn: psycopg.Connection) -> None:
    jobs.keep_days(0)
    days = conn.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events_event'::regclass").fetchone()
    assert days is not None
    assert days[0] >= 5, "today, three days ahead, and the default"

"""The room's housekeeping, by the clock of the jobs process."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from kesher.events import services
from kesher.kernel.clock import read_clock
from kesher.kernel.db import connect


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="events.days", pass_context=False)
def keep_days(timestamp: int) -> None:
    """Make the coming days' partitions; drop those that are old and in the lake."""
    with connect("jobs") as conn:
        now = read_clock(conn)
        services.ensure_partitions(conn, now=now)
        services.drop_old_partitions(conn, now=now, keep_days=settings.HOT_DAYS)
        services.drop_old_pulse(conn, now=now)


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="events.lake", pass_context=False)
def keep_lake(timestamp: int) -> None:
    """Forget who was erased, and join the lake's small files, while few people are about."""
    with connect("jobs") as conn:
        while services.erase_from_lake(conn, settings.LAKE_URL):
            pass
    services.tend_lake(settings.LAKE_URL)

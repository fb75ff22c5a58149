"""The room's housekeeping, by the clock of the jobs process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kesher.kernel.clock import read_clock
from kesher.kernel.db import connect
from kesher.messaging.calendars import extend_closings
from kesher.messaging.services import check_stale_domains


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="messaging.closings", pass_context=False)
def keep_closings(timestamp: int) -> None:
    """Compute the calendars' closings a year ahead for the places where people are."""
    with connect("jobs") as conn:
        extend_closings(conn, now=read_clock(conn))


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="messaging.domains", pass_context=False)
def keep_domains(timestamp: int) -> None:
    """Look at the sending domains' records again: a key that appeared is used from then on, one that is gone is not."""
    with connect("jobs") as conn:
        check_stale_domains(conn, now=read_clock(conn))

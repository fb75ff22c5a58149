"""What the room leaves to the jobs process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kesher.journeys.services.dry_runs import work_dry_run
from kesher.kernel.db import connect


@app.task
def rehearse(dry_run_id: int) -> None:
    """Carry out a dry run that somebody asked for."""
    with connect("jobs") as conn:
        work_dry_run(conn, dry_run_id)

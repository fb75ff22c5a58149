"""What the room leaves to the jobs process."""

from __future__ import annotations

from procrastinate.contrib.django import app

from kesher.kernel.clock import read_clock
from kesher.kernel.db import connect
from kesher.segments.imports.storing import tend_imports
from kesher.segments.imports.working import work_import
from kesher.segments.lists import clear_deleted_lists


@app.task
def load_import(import_id: int) -> None:
    """Load a file that somebody started."""
    with connect("jobs") as conn:
        work_import(conn, import_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="segments.imports", pass_context=False)
def keep_imports(timestamp: int) -> None:
    """Go on with imports whose process died; forget what is old."""
    with connect("jobs") as conn:
        tend_imports(conn, now=read_clock(conn))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="segments.lists", pass_context=False)
def keep_lists(timestamp: int) -> None:
    """Remove what deleted lists left."""
    with connect("jobs") as conn:
        clear_deleted_lists(conn)

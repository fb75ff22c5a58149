"""The jobs process: procrastinate's worker for scheduled and one-off jobs, and beside it the writer of the lake and the
worker that makes journeys' calls to other systems."""

from __future__ import annotations

import asyncio
import threading

import psycopg
import structlog
from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from kesher.events import services as events
from kesher.journeys import services as journeys
from kesher.kernel.db import connect
from kesher.kernel.wake import WORK, listen, wait_for_work

log = structlog.get_logger("kesher.jobs")

LAKE_PAUSE_SECONDS = 5.0
"""Events are gathered this long before a commit to the lake: many small files would make it slow to read."""
IDLE_SECONDS = 60.0


def run_jobs() -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()
    writer = threading.Thread(target=write_lake, args=(stop,), name="lake", daemon=True)
    caller = threading.Thread(target=journeys.run_calls, args=(stop,), name="calls", daemon=True)
    writer.start()
    caller.start()
    try:
        connector = app.connector
        assert isinstance(connector, DjangoConnector)
        with app.replace_connector(connector.get_worker_connector()):
            asyncio.run(_run_worker())
    finally:
        stop.set()
        writer.join(timeout=10)
        caller.join(timeout=10)


async def _run_worker() -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=2,
            fetch_job_polling_interval=30.0,
            update_heartbeat_interval=30.0,
            delete_jobs="successful",
        )


def write_lake(stop: threading.Event) -> None:
    """Copy the log into the lake, a slice at a time, whenever something was logged."""
    while not stop.is_set():
        try:
            with connect("lake") as conn:
                listen(conn, [WORK])
                while not stop.is_set():
                    while events.export_slice(conn, settings.LAKE_URL) and not stop.is_set():
                        pass
                    _await_events(conn, stop)
        except (psycopg.Error, OSError):
            log.exception("the lake could not be written; trying again")
            stop.wait(LAKE_PAUSE_SECONDS)


def _await_events(conn: psycopg.Connection, stop: threading.Event) -> None:
    waited = 0.0
    while waited < IDLE_SECONDS and not stop.is_set():
        if wait_for_work(conn, 2.0):
            stop.wait(LAKE_PAUSE_SECONDS)
            return
        waited += 2.0

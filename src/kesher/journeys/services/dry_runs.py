"""Dry runs asked for by a user: kept with their progress, worked by the jobs process."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from kesher.journeys import models
from kesher.journeys.definition import read_definition, write_definition
from kesher.journeys.errors import DryRunNotFound, PlayInvalid
from kesher.journeys.fields import Reading
from kesher.journeys.playing.rehearsing import PERIOD, as_json, period_fits, rehearse_journey
from kesher.journeys.types import Definition, DryRunInfo
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem

JOB = "kesher.journeys.jobs.rehearse"


def ask_dry_run(
    definition: Definition,
    *,
    workspace_id: int,
    number: int,
    start: datetime,
    until: datetime,
    now: datetime,
    actor: str = "system",
) -> DryRunInfo:
    """Note a dry run for the jobs process, which begins at once; the definition is kept as it is now."""
    if not period_fits(start, until, now):
        raise PlayInvalid(problems=(Problem("until", PERIOD),))
    asked = models.DryRun.objects.create(
        workspace_id=workspace_id,
        journey=definition.key,
        definition=write_definition(definition),
        number=number,
        start_at=start,
        until_at=until,
        asked_at=now,
        asked_by=actor,
    )
    app.configure_task(JOB).defer(dry_run_id=asked.pk)
    return _info(asked)


def get_dry_run(*, workspace_id: int, dry_run_id: int) -> DryRunInfo:
    """How far a dry run is, and its numbers; DryRunNotFound otherwise."""
    found = models.DryRun.objects.filter(workspace_id=workspace_id, pk=dry_run_id).first()
    if found is None:
        raise DryRunNotFound(dry_run_id=dry_run_id)
    return _info(found)


def work_dry_run(conn: Conn, dry_run_id: int) -> None:
    """Carry out one that waits; its progress is noted after each chunk, outside of the read-only transactions."""
    rows = models.DryRun.objects.filter(pk=dry_run_id)
    asked = rows.first()
    if asked is None or asked.state != "waiting":
        return
    rows.update(state="working")
    definition = read_definition(asked.definition, Reading(asked.workspace_id))
    assert definition is not None, f"dry run {dry_run_id} cannot be read"

    def note(done: int, people: int) -> None:
        rows.update(done=done, people=people)

    try:
        told = rehearse_journey(
            conn,
            definition,
            workspace_id=asked.workspace_id,
            start=asked.start_at,
            until=asked.until_at,
            now=read_clock(conn),
            number=asked.number,
            progress=note,
        )
    except Exception:
        rows.update(state="failed")
        raise
    rows.update(state="finished", result=as_json(told))


def _info(row: models.DryRun) -> DryRunInfo:
    return DryRunInfo(
        row.pk, row.journey, row.number, row.start_at, row.until_at, row.state, row.done, row.people, row.result
    )

"""Starting runs: by the events of a wave, by schedule in chunks, and by dates of people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from kesher.journeys.tick.catalogue import Version
from kesher.journeys.tick.matching import LATE
from kesher.journeys.tick.timing import dated, keep_timers
from kesher.journeys.tick.work import Work, advance_ready
from kesher.journeys.types import ReentryPolicy
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.segments import queries as segments

_sql = statements_of("kesher.journeys")

CHUNK = 2_000


def enter_by_events(work: Work, wave: int) -> int:
    """Start the runs that the wave's events ask for; how many."""
    return enter(work, Relation(_sql["candidates_of_wave"].sql, {"wave": wave}))


def enter_by_schedule(work: Work) -> bool:
    """Let the next chunk of each due schedule enter; True when one has more to come."""
    due = dict(_sql.run(work.conn, "list_due_schedules", _own(work)).fetchall())
    more = False
    for version in work.catalogue:
        if version.entering and version.journey_id in due:
            more = _enter_chunk(work, version, due[version.journey_id]) or more
    return more


def _enter_chunk(work: Work, version: Version, due_at: datetime) -> bool:
    entry = version.definition.entry
    own = {**_own(work), "journey": version.journey_id, "workspace_id": version.workspace_id}
    audience = entry.kind.audience(entry.config)
    if audience is not None:
        kind = {"segment": audience.segment, "newcomers": audience.newcomers, "until": audience.until}
        count, last = _sql.run(work.conn, "list_audience", {**own, **kind, "limit": CHUNK}).fetchone()  # type: ignore[misc]
        if count and enter(work, let_in(work, version, "candidates_of_schedule", timed_due=due_at)):
            advance_ready(work)
    else:
        count, last = _sql.run(work.conn, "list_dated", {**own, "limit": CHUNK}).fetchone()  # type: ignore[misc]
        keep_timers(work, version, Relation(_sql["people_of_chunk"].sql, {"chunk_journey": version.journey_id}))
    if count == CHUNK:
        _sql.run(work.conn, "move_schedule", {**own, "finished": False, "cursor": last, "next": None})
        return True
    upcoming = entry.kind.next_occurrence(entry.config, after=work.now, zone=version.zone)
    if upcoming is None:
        _sql.run(work.conn, "end_schedule", own)
    else:
        _sql.run(work.conn, "move_schedule", {**own, "finished": True, "cursor": 0, "next": upcoming})
    return False


def enter_by_dates(work: Work) -> bool:
    """Let those enter whose moment has come, and set their next; True when more are due."""
    more = False
    for version, terms in dated(work):
        if version.journey_id not in work.moving or not version.entering:
            continue
        claimed = work.run("claim_date_timers", journey=version.journey_id, limit=CHUNK)
        if not claimed:
            continue
        late = {"timed_trait": terms.trait, "timed_late": LATE}
        if enter(work, let_in(work, version, "candidates_of_dates", **late)):
            advance_ready(work)
        keep_timers(work, version, Relation(_sql["people_who_entered"].sql, {"chunk_journey": version.journey_id}))
        more = more or claimed == CHUNK
    return more


def let_in(work: Work, version: Version, statement: str, **values: Any) -> Relation:
    """The people of a candidates' statement for whom the entry's rule holds."""
    sql = _sql[statement].sql
    params = {"timed_version": version.id, "timed_journey": version.journey_id, "timed_now": work.now, **values}
    rule = version.definition.entry.rule
    if rule is not None:
        compiled = segments.compile_rule(
            rule.tree, workspace_id=version.workspace_id, now=work.now, prefix="schedule_rule"
        )
        sql += f" AND EXISTS (SELECT FROM profiles_profile p WHERE p.id = a.profile_id AND {compiled.holds.sql})"
        params.update(compiled.holds.params)
    return Relation(sql, params)


def enter(work: Work, candidates: Relation) -> int:
    """Start the runs of a set of candidates, as far as the re-entry policies allow; how many are to be moved."""
    versions = Jsonb([_terms(version) for version in work.catalogue if version.entering])
    params = {"now": work.now, "step": work.step, "versions": versions}
    entered, ready = _sql.run(work.conn, "enter_runs", params, candidates=candidates).fetchone()  # type: ignore[misc]
    work.changed = work.changed or entered > 0
    return int(ready)


def start_beside(work: Work, candidates: Relation) -> int:
    """Start runs for which a node of the present step asks: they stand ready in the next one."""
    return enter(replace(work, step=work.step + 1), candidates)


def _terms(version: Version) -> dict[str, Any]:
    reentry = version.definition.reentry
    return {
        "version_id": version.id,
        "journey_id": version.journey_id,
        "workspace_id": version.workspace_id,
        "start": version.definition.start,
        # Without `after` a value of the key never comes again.
        "policy": ReentryPolicy.NEVER if reentry.key and not reentry.after else reentry.policy,
        "key": reentry.key.split(".") if reentry.key else None,
        "holdout": version.definition.holdout,
        "salt": version.definition.holdout_salt,
        "after": reentry.after.interval if reentry.after else None,
        "exit_rules": any(each.rule is not None for each in version.definition.exits),
    }


def _own(work: Work) -> dict[str, Any]:
    return {"now": work.now, "shards": work.shards, "moving": work.moving}

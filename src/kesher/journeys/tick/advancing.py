"""The order of a tick.

Merges first, then people of earlier versions whom an edited journey takes along, then the slice in waves: wave k is
the k-th event of each person that means something to a journey. In a wave, waits that fell due before the event arrived
come first; then the event is a goal, an exit, what a run waited for, an entry, in this order. After the waves
come scheduled entries, exit rules, and the waits that are due by now. At the end, once: messages of runs that were
ended early are withdrawn, and what happened is logged and counted.

A step counts from the moment at which it is taken, so that after an outage, or a pause, waits keep their distance from
each other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from psycopg.types.json import Jsonb

from kesher.events import services as events
from kesher.events.queries import list_erased
from kesher.events.types import SystemEvent
from kesher.journeys.temporary import TABLES
from kesher.journeys.tick import repeats
from kesher.journeys.tick.catalogue import load_catalogue
from kesher.journeys.tick.converting import count_goals
from kesher.journeys.tick.entering import enter_by_dates, enter_by_events, enter_by_schedule, start_beside
from kesher.journeys.tick.leaving import exit_archived, exit_on_rules
from kesher.journeys.tick.matching import LATE, match_slice
from kesher.journeys.tick.moving import move_people
from kesher.journeys.tick.timing import follow_dates
from kesher.journeys.tick.work import Work, advance_ready
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.scratch import empty_tables
from kesher.kernel.sql import statements_of
from kesher.messaging import services as messaging

_sql = statements_of("kesher.journeys")

DUE_BATCH = 5_000
_MERGES = frozenset({SystemEvent.PROFILE_MERGED, SystemEvent.PROFILE_MERGE_UNDONE})


def advance_journeys(conn: Conn, *, now: datetime, shards: Sequence[int]) -> bool:
    """Move every run that the open slice or the time concerns; True when more is to be done at once.

    Inside the tick's transaction, after the segments: it reads the temporary table events_slice.
    """
    empty_tables(conn, TABLES)
    _sql.run(conn, "lock_shards", {"shards": list(shards)})
    erased = list_erased(conn)
    ended = bool(erased) and _sql.run(conn, "erase_runs", {"profiles": erased, "now": now}).rowcount > 0
    catalogue = load_catalogue(conn, now)
    if not catalogue.versions:
        return False
    work = Work(
        conn,
        now,
        list(shards),
        catalogue,
        moving=catalogue.moving(),
        changed=ended,
        exited=ended,
        start=start_beside,
    )
    names = {(workspace_id, name) for workspace_id, name in _sql.run(conn, "slice_names")}
    if any(name in _MERGES for _, name in names):
        work.exited = work.run("home_runs", repeatable=catalogue.repeatable()) > 0 or work.exited
    more = move_people(work)
    _advance_waves(work, match_slice(conn, catalogue, names, now))
    if names:
        follow_dates(work)
    more = enter_by_schedule(work) or more
    more = enter_by_dates(work) or more
    more = exit_on_rules(work) or more
    more = exit_archived(work) or more
    more = _fire_due(work) or more
    _record(work)
    return more


def _advance_waves(work: Work, waves: list[set[str]]) -> None:
    if len(waves) <= repeats.FEW_WAVES:
        for number, kinds in enumerate(waves, start=1):
            _advance_wave(work, number, kinds)
        return
    repeats.sign_events(work)
    upcoming: int | None = 1
    while upcoming is not None:
        began = repeats.mark_history(work)
        _advance_wave(work, upcoming, waves[upcoming - 1])
        upcoming = repeats.next_wave(work, upcoming, began)


def _advance_wave(work: Work, wave: int, kinds: set[str]) -> None:
    if work.run("fire_before_wave", wave=wave):
        advance_ready(work)
    if "goal" in kinds:
        work.run("reach_goals", wave=wave, late=LATE)
    if "exit" in kinds and work.run("exit_on_events", wave=wave, late=LATE):
        work.exited = True
    ready = work.run("wake_runs", wave=wave, late=LATE) if "wait" in kinds else 0
    ready += enter_by_events(work, wave) if "entry" in kinds else 0
    if ready:
        advance_ready(work)


def _fire_due(work: Work) -> bool:
    fired = work.run("fire_due", limit=DUE_BATCH)
    if fired:
        advance_ready(work)
    return fired == DUE_BATCH


def _record(work: Work) -> None:
    if work.exited:
        messaging.cancel_messages(work.conn, Relation(_sql["exited_runs"].sql), now=work.now)
    if work.changed:
        count_goals(work)
        names = {str(v.id): json.dumps({"journey": v.key, "version": v.number})[:-1] for v in work.catalogue}
        params = {"history_now": work.now, "history_versions": Jsonb(names)}
        history = Relation(_sql["history_to_log"].sql, params)
        events.append_events(work.conn, history, now=work.now)
        _sql.run(work.conn, "count_steps", {"now": work.now})

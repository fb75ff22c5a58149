"""Passing over events that can change nothing.

A slice may hold hundreds of events of one person, each a wave of its own. What an event does depends on its hits and
on where her runs are; so when a wave changed nothing for her, later events with the same hits change nothing either,
until something else does: another kind of event, or time (a wait that falls due, a re-entry that becomes possible).
"""

from __future__ import annotations

from psycopg.types.json import Jsonb

from kesher.journeys.tick.matching import LATE
from kesher.journeys.tick.work import Work
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")

FEW_WAVES = 8
"""Up to so many waves are worked without looking for repeats, which costs three statements a wave."""


def sign_events(work: Work) -> None:
    """Give events with the same hits the same signature; an entry that is never a repeat gets none."""
    single = [v.id for v in work.catalogue if v.definition.holdout or v.definition.reentry.key]
    _sql.run(work.conn, "sign_events", {"single": single})


def mark_history(work: Work) -> dict[str, int]:
    """Where the wave begins, to tell afterwards whom it changed."""
    (number,) = _sql.run(work.conn, "mark_history").fetchone()  # type: ignore[misc]
    return {"mark": number, "first": work.step}


def next_wave(work: Work, wave: int, began: dict[str, int]) -> int | None:
    """The next wave in which there is something to do."""
    terms = [
        {"journey_id": v.journey_id, "after": v.definition.reentry.after.interval}
        for v in work.catalogue
        if v.entering and v.definition.reentry.after is not None
    ]
    _sql.run(work.conn, "note_tried", {"wave": wave, "late": LATE, "terms": Jsonb(terms), **began})
    _sql.run(work.conn, "pass_over_repeats", {"wave": wave})
    (number,) = _sql.run(work.conn, "next_wave", {"wave": wave}).fetchone()  # type: ignore[misc]
    return None if number is None else int(number)

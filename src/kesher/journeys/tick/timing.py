"""The timers of people's own dates, kept exact."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from kesher.journeys.dates import DateTerms
from kesher.journeys.tick.catalogue import Version
from kesher.journeys.tick.work import Work
from kesher.journeys.types import JourneyState
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")


def follow_dates(work: Work) -> None:
    """Move the timers of the people whose dates the slice may have changed."""
    for version, terms in dated(work):
        own = {"workspace_id": version.workspace_id, "trait": terms.row()["path"][0]}
        keep_timers(work, version, Relation(_sql["touched_dates"].sql, own))


def dated(work: Work) -> list[tuple[Version, DateTerms]]:
    """The versions that people enter by dates, paused ones too, so that their timers stay exact."""
    found = []
    for version in work.catalogue:
        terms = version.definition.entry.kind.dated(version.definition.entry.config)
        if terms is not None and version.current and version.state != JourneyState.ARCHIVED:
            found.append((version, terms))
    return found


def keep_timers(work: Work, version: Version, people: Relation) -> None:
    """Set the timers of a set of people (`profile_id bigint`)."""
    terms = version.definition.entry.kind.dated(version.definition.entry.config)
    assert terms is not None
    own = {"now": work.now, "journey": version.journey_id, "workspace_id": version.workspace_id}
    _sql.run(work.conn, "keep_date_timers", {**own, "terms": Jsonb(terms.row())}, people=people)

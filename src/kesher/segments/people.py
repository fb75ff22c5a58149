"""Loads people for the in-memory evaluator: at most five statements, whatever their number, and for a rule only those
that it needs; what most rules ask, traits and events, is one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kesher.consent.queries import get_states
from kesher.kernel.db import Conn
from kesher.kernel.relations import Relation
from kesher.kernel.sql import statements_of
from kesher.profiles.errors import ProfileNotFound
from kesher.profiles.queries import list_related_objects
from kesher.profiles.types import RelatedObject
from kesher.segments.parsing import dependencies_of
from kesher.segments.types import Activity, Belonging, Dependencies, PastEvent, Person, Rule, Score
from kesher.segments.types.scores import Engagement
from kesher.segments.windows import first_day

_sql = statements_of(__package__)
_SEVERAL = "SELECT unnest(%(profiles)s::bigint[]) AS profile_id, NULL::timestamptz AS now"
_LOG = "SELECT profile_id, id, name, type, occurred_at, properties FROM events_event"
_SUMMARY = "SELECT profile_id, name, count, first_at, last_at FROM events_summary"
_NAMED = " WHERE name = ANY (%(names)s::text[])"
_WRITTEN = " AND log_day >= %(since)s::date"
_LONGEST_INT = 300  # digits; Python refuses to read integers beyond 4,300


def load_person(conn: Conn, profile_id: int, *, rule: Rule | None = None) -> Person:
    """One person; with `rule`, only what it asks about."""
    people = load_people(conn, [profile_id], asked=None if rule is None else dependencies_of(rule))
    if profile_id not in people:
        raise ProfileNotFound(profile_id=profile_id)
    return people[profile_id]


def load_people(conn: Conn, profile_ids: Sequence[int], *, asked: Dependencies | None = None) -> dict[int, Person]:
    """People by id; with `asked`, only the events of these names, and segments and lists, consents, scores or objects
    only where any is named. Profiles that do not exist are left out."""
    asking = Relation(_SEVERAL, {"profiles": list(profile_ids)})
    return {person.profile_id: person for _, person in _load(conn, asking, asked)}


def load_asked(
    conn: Conn, asking: Relation, needs: Dependencies, *, reach: timedelta | None, after: datetime | None
) -> tuple[datetime, Person] | None:
    """The time and the person of the one row of `asking` (profile_id bigint, now timestamptz), of her what a rule with
    these needs and this reach asks about, in one round trip where that is no more than traits and events; None where
    it is empty.

    `after` is a moment that the clock should have passed: only the days that the reach goes back to from there are
    opened, each of which costs as much as ten events. Where the clock was put back behind it, all are.
    """
    if reach is None or after is None:
        return next(iter(_load(conn, asking, needs)), None)
    found = next(iter(_load(conn, asking, needs, first_day(after - reach))), None)
    if found is None or found[0] >= after:
        return found
    return load_asked(conn, asking, needs, reach=reach, after=None)


def _load(
    conn: Conn, asking: Relation, needs: Dependencies | None, since: date | None = None
) -> list[tuple[datetime, Person]]:
    rows = _people(conn, asking, needs, since)
    rest = _Rest(conn, [row[1] for row in rows], needs)
    people: list[tuple[datetime, Person]] = []
    for now, id, traits, email, phone, language, zone, workspace_zone, events, summary in rows:
        person = Person(
            profile_id=id,
            traits={**exact_json(traits), "email": email, "phone": phone, "language": language, "timezone": zone},
            zone=zone or "",
            workspace_zone=workspace_zone,
            events=_events(events),
            summary=_summary(summary),
            segments=frozenset(rest.members.get((id, "segment"), ())),
            lists=frozenset(rest.members.get((id, "list"), ())),
            consents=rest.consents.get(id, {}),
            scores=rest.scores.get(id, {}),
            objects=[_belonging(each) for each in rest.objects.get(id, ())],
        )
        people.append((now, person))
    return people


def _people(conn: Conn, asking: Relation, needs: Dependencies | None, since: date | None) -> list[tuple[Any, ...]]:
    people = Relation(_sql["load_people"].compose({"asked": asking}), asking.params)
    if needs is not None and not needs.events:
        return [(*row, None, None) for row in conn.execute(people.sql, people.params)]
    named, params = ("", {}) if needs is None else (_NAMED, {"names": sorted(needs.events)})
    log, summary = Relation(_LOG + named, params), Relation(_SUMMARY + named, params)
    if since is not None:
        log = Relation(log.sql + _WRITTEN, {**params, "since": since})
    return _sql.run(conn, "load_past", people=people, log=log, summary=summary).fetchall()


class _Rest:
    """What rules ask about more rarely, a statement each, by profile."""

    def __init__(self, conn: Conn, profile_ids: Sequence[int], needs: Dependencies | None) -> None:
        params = {"profiles": profile_ids}
        self.members: dict[tuple[int, str], set[str]] = defaultdict(set)
        if needs is None or needs.segments or needs.lists:
            for profile_id, kind, key in _sql.run(conn, "load_memberships", params):
                self.members[profile_id, kind].add(key)
        self.consents = get_states(conn, profile_ids) if needs is None or needs.consents else {}
        self.scores: dict[int, dict[str, Score]] = defaultdict(dict)
        if needs is None or needs.scores:
            for profile_id, key, *score in _sql.run(conn, "load_scores", params):
                self.scores[profile_id][key] = _score(*score)
        self.objects = list_related_objects(conn, profile_ids) if needs is None or needs.objects else {}


def _events(text: str | None) -> dict[str, list[PastEvent]]:
    found: dict[str, list[PastEvent]] = {}
    for name, kind, at, properties in [] if text is None else _exact(text):
        found.setdefault(name, []).append(PastEvent(name, kind, datetime.fromisoformat(at), properties))
    return found


def _summary(text: str | None) -> dict[str, Activity]:
    rows = [] if text is None else json.loads(text)
    return {
        name: Activity(count, datetime.fromisoformat(first), datetime.fromisoformat(last))
        for name, count, first, last in rows
    }


def _belonging(related: RelatedObject) -> Belonging:
    return Belonging(related.kind, related.key, related.role, exact_json(related.attributes))


def _score(
    fit: float,
    uncapped: float,
    capped: Sequence[float],
    maxima: Sequence[float],
    half_life_seconds: float,
    counted_at: datetime,
    grade: str,
    stage: str | None,
    stages: Sequence[str],
) -> Score:
    half_life = timedelta(seconds=half_life_seconds)
    return Score(fit, Engagement(uncapped, capped, maxima, half_life, counted_at), grade, stage, stages)


def exact_json(text: str) -> dict[str, Any]:
    """A JSON object whose numbers are exact, as PostgreSQL compares them."""
    value: dict[str, Any] = _exact(text)
    return value


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INT else Decimal(digits)


_exact = json.JSONDecoder(parse_float=Decimal, parse_int=_integer).decode

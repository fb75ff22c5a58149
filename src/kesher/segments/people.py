"""Loads people for the in-memory evaluator: at most six statements, whatever their number, and for a rule only those
that it needs: of a question that takes three milliseconds, each statement is a tenth."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from kesher.consent.queries import get_states
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.profiles.errors import ProfileNotFound
from kesher.profiles.queries import list_related_objects
from kesher.profiles.types import RelatedObject
from kesher.segments.parsing import dependencies_of
from kesher.segments.types import Activity, Belonging, Dependencies, PastEvent, Person, Rule, Score
from kesher.segments.types.scores import Engagement

_sql = statements_of(__package__)
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
    params = {"profiles": list(profile_ids), "names": None if asked is None else sorted(asked.events)}
    events: dict[int, dict[str, list[PastEvent]]] = defaultdict(lambda: defaultdict(list))
    summary: dict[int, dict[str, Activity]] = defaultdict(dict)
    if asked is None or asked.events:
        for profile_id, name, kind, at, properties, *activity, _ in _sql.run(conn, "load_history", params):
            if kind is None:
                summary[profile_id][name] = Activity(*activity)
            else:
                events[profile_id][name].append(PastEvent(name, kind, at, exact_json(properties)))
    members: dict[tuple[int, str], set[str]] = defaultdict(set)
    if asked is None or asked.segments or asked.lists:
        for profile_id, kind, key in _sql.run(conn, "load_memberships", params):
            members[profile_id, kind].add(key)
    consents = get_states(conn, profile_ids) if asked is None or asked.consents else {}
    scores: dict[int, dict[str, Score]] = defaultdict(dict)
    if asked is None or asked.scores:
        for profile_id, key, *score in _sql.run(conn, "load_scores", params):
            scores[profile_id][key] = _score(*score)
    objects = list_related_objects(conn, profile_ids) if asked is None or asked.objects else {}
    people: dict[int, Person] = {}
    for id, traits, email, phone, language, zone, workspace_zone in _sql.run(conn, "load_profiles", params):
        columns = {"email": email, "phone": phone, "language": language, "timezone": zone}
        people[id] = Person(
            profile_id=id,
            traits={**exact_json(traits), **columns},
            zone=zone or "",
            workspace_zone=workspace_zone,
            events=events.get(id, {}),
            summary=summary.get(id, {}),
            segments=frozenset(members.get((id, "segment"), ())),
            lists=frozenset(members.get((id, "list"), ())),
            consents=consents.get(id, {}),
            scores=scores.get(id, {}),
            objects=[_belonging(each) for each in objects.get(id, ())],
        )
    return people


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
    value: dict[str, Any] = json.loads(text, parse_float=Decimal, parse_int=_integer)
    return value


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INT else Decimal(digits)

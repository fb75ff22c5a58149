"""What people score: for rules in memory, and explained for the one who asks why."""

from __future__ import annotations

from datetime import datetime

from kesher.kernel.db import Conn
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.segments.evaluating import evaluate
from kesher.segments.people import load_person
from kesher.segments.scores.compiling import logged_contributions_of, slots_of
from kesher.segments.scores.definitions import get_score_model, list_score_models
from kesher.segments.scores.parsing import ScoreModel, parse_score_model
from kesher.segments.types import EngagementPart, FitPart, Person, Score, ScoreModelRow, ScoreView

_sql = statements_of("kesher.segments")
_EVERYTHING = str(2**63 - 1)


def count_grades(conn: Conn, *, workspace_id: int, key: str) -> list[tuple[str, str | None, int]]:
    """How many people have each grade and are in each stage: (grade, stage, people)."""
    model = get_score_model(conn, workspace_id=workspace_id, key=key)
    return _sql.run(conn, "count_grades", {"model_id": model.id}).fetchall()


def list_profile_scores(conn: Conn, *, workspace_id: int, profile_id: int, now: datetime) -> list[ScoreView]:
    """What every model gives a person, with the parts that it is made of."""
    models = list_score_models(conn, workspace_id=workspace_id)
    return [explain_score(conn, model, profile_id, now=now) for model in models]


def explain_score(conn: Conn, row: ScoreModelRow, profile_id: int, *, now: datetime) -> ScoreView:
    """What a model gives a person at a moment: which rules hold, and what her events are worth."""
    model = parse_score_model(row.definition)
    person = load_person(conn, profile_id)
    score = person.scores.get(row.key, Score())
    engagement = score.engagement.at(now)
    parts = _engagement_parts(conn, row.id, model, profile_id, now)
    due = _sql.run(conn, "read_score_due", {"model_id": row.id, "profile_id": profile_id}).fetchone()
    return ScoreView(
        model=row.key,
        grade=score.grade,
        fit=score.fit,
        engagement=engagement,
        stage=score.stage,
        changes_at=due[0] if due else None,
        fit_parts=_fit_parts(row, model, person, now),
        engagement_parts=parts,
        forgotten=engagement - max(0.0, sum(part.value for part in parts)),
    )


def _fit_parts(row: ScoreModelRow, model: ScoreModel, person: Person, now: datetime) -> list[FitPart]:
    written = row.definition["fit"].get("rules", [])
    return [
        FitPart(n, part.name, source["rule"], part.points, evaluate(part.rule, person, now=now).holds)
        for n, (part, source) in enumerate(zip(model.fit, written, strict=True))
    ]


def _engagement_parts(
    conn: Conn, model_id: int, model: ScoreModel, profile_id: int, now: datetime
) -> list[EngagementPart]:
    contributions = logged_contributions_of([(model_id, model)])
    values = {
        "now": now,
        "half_life": model.half_life.total_seconds(),
        "log_models": [model_id],
        "log_profiles": [profile_id],
        "read_to": [_EVERYTHING] * SHARDS,
    }
    rows = _sql.run(conn, "explain_engagement", values, contributions=contributions)
    found = {number: rest for number, *rest in rows}
    parts: list[EngagementPart] = []
    for number, (event, _) in enumerate(slots_of(model)):
        count, last_at, value = found.get(number, (0, None, 0.0))
        most = event.maximum
        within = value if most is None else max(-most, min(most, value))
        parts.append(EngagementPart(number, event.event, event.points, most, count, last_at, value, within))
    return parts

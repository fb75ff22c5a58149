"""Lead scores: the models, and what they give a person and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kesher.api.forms import FieldDetail
from kesher.api.problems import ProblemPlace
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, LocalText, Out, PathId, PathKey
from kesher.kernel.errors import Invalid
from kesher.profiles import queries as profiles
from kesher.segments import queries, services
from kesher.segments.types import ScoreModelRow, ScoreState

routes = Routes("scores")


class ScoreDefinition(In):
    """Fit by rules, engagement by events that fade, and the stages in their order."""

    fit: JsonObject
    engagement: JsonObject
    stages: list[JsonObject] = Field(default_factory=list, max_length=20)


class ScoreToSave(ScoreDefinition):
    """A model of lead scores and its name."""

    name: LocalText


class ScoreForm(Out):
    """The fields of a model of lead scores."""

    fields: list[FieldDetail]


class GradeCount(Out):
    """How many people have a grade and are in a stage."""

    grade: str
    stage: str | None
    people: int


class ScoreDetail(Out):
    """A model of lead scores as it was written; `state` is `building` until everybody was scored by it."""

    key: str
    name: BothTexts
    fit: JsonObject
    engagement: JsonObject
    stages: list[JsonObject]
    state: ScoreState
    revision: int
    created_at: datetime
    updated_at: datetime


class ScoreReport(ScoreDetail):
    """A model with the people in each grade and stage."""

    grades: list[GradeCount]


class ScoreCheck(Out):
    """What is wrong with the definition; nothing when it could be saved."""

    problems: list[ProblemPlace]


class FitPartDetail(Out):
    """A rule of fit, and whether its points count now."""

    position: int
    name: str
    rule: JsonObject
    points: float
    holds: bool


class EngagementPartDetail(Out):
    """A kind of events: how many, and what they are worth now, before (`full_value`) and after its maximum."""

    position: int
    event: str
    points: float
    maximum: float | None
    count: int
    last_at: datetime | None
    full_value: float
    value: float


class ProfileScore(Out):
    """What a model gives the person now, and why; `forgotten` is the share of events that left the log.

    `changes_at`: not later than this the grade or stage is looked at again although nothing happens.
    """

    model: str
    grade: str
    fit: float
    engagement: float
    stage: str | None
    changes_at: datetime | None
    fit_parts: list[FitPartDetail]
    engagement_parts: list[EngagementPartDetail]
    forgotten: float


@routes.get("/score-form", permission="segments:read")
def get_score_form(call: Call) -> ScoreForm:
    """What a model of lead scores asks for, as a form."""
    return ScoreForm(fields=[FieldDetail.model_validate(each) for each in queries.SCORE_FORM])


@routes.get("/scores", permission="segments:read")
def list_scores(call: Call) -> list[ScoreDetail]:
    """The models of lead scores by key."""
    rows = queries.list_score_models(call.conn, workspace_id=call.workspace_id)
    return [ScoreDetail(**_shown(row)) for row in rows]


@routes.get("/scores/{key}", permission="segments:read")
def get_score(call: Call, key: PathKey) -> ScoreReport:
    """A model, with how many people have each grade."""
    row = queries.get_score_model(call.conn, workspace_id=call.workspace_id, key=key)
    counts = queries.count_grades(call.conn, workspace_id=call.workspace_id, key=key)
    grades = [GradeCount(grade=grade, stage=stage, people=people) for grade, stage, people in counts]
    return ScoreReport(**_shown(row), grades=grades)


@routes.put("/scores/{key}", permission="segments:write")
def save_score(call: Call, key: PathKey, body: ScoreToSave) -> ScoreReport:
    """Create a model or change it; everybody is scored anew while everything else goes on."""
    services.save_score_model(
        call.conn,
        workspace_id=call.workspace_id,
        key=key,
        name=body.name.as_text(),
        definition=body.model_dump(exclude={"name"}),
        now=call.now,
    )
    call.audit("segments.save_score", key, body.model_dump())
    return get_score(call, key)


@routes.delete("/scores/{key}", permission="segments:write")
def delete_score(call: Call, key: PathKey) -> None:
    """Delete a model for which no segment and no other model asks."""
    services.delete_score_model(call.conn, workspace_id=call.workspace_id, key=key, now=call.now)
    call.audit("segments.delete_score", key)


@routes.ask("/score-check", permission="segments:read")
def check_score(call: Call, body: ScoreDefinition) -> ScoreCheck:
    """What is wrong with a model, place by place."""
    try:
        queries.check_score_model(call.conn, body.model_dump(), workspace_id=call.workspace_id)
    except Invalid as error:
        return ScoreCheck(problems=[ProblemPlace(**problem.as_dict()) for problem in error.problems])
    return ScoreCheck(problems=[])


@routes.get("/profiles/{profile_id}/scores", permission="profiles:read")
def list_profile_scores(call: Call, profile_id: PathId) -> list[ProfileScore]:
    """What every model gives a person now, rule by rule and event by event."""
    profiles.get_profile(call.conn, workspace_id=call.workspace_id, profile_id=profile_id)
    found = queries.list_profile_scores(call.conn, workspace_id=call.workspace_id, profile_id=profile_id, now=call.now)
    return [ProfileScore.model_validate(view) for view in found]


def _shown(row: ScoreModelRow) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in ("key", "name", "state", "revision", "created_at", "updated_at")}
    return {**columns, "stages": [], **row.definition}

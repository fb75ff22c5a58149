"""Playing the customer: one person walks a journey in virtual time; nothing is written."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field
from pydantic_core import to_jsonable_python

from kesher.api.routes.journey_canvas import CanvasReport
from kesher.api.routes.segments import RuleExplanation, explained
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out, PathId
from kesher.journeys import queries, services
from kesher.journeys.queries import PlayLine

routes = Routes("journeys")

_MAX_FILE = 500_000


class PlayBody(In):
    """A journey (by key, definition or YAML), a person (by id or identifier) or an imagined one, and what happens:
    `[{"event": …, "after": "2h", "properties": {…}}, {"identify": {…}, "at": …}]`."""

    journey: str | None = Field(None, max_length=100)
    version: int | Literal["draft"] | None = None
    definition: JsonObject | None = None
    yaml: str | None = Field(None, max_length=_MAX_FILE)
    person: str | None = Field(None, max_length=255)
    imagine: JsonObject | None = None
    events: list[JsonObject] = Field(default_factory=list, max_length=500)
    start: datetime | None = None
    until: datetime | None = None
    language: str | None = Field(None, max_length=35)
    html: bool = False


class PlayedCheck(Out):
    """A condition that was asked: where it stands, whether it holds, and why."""

    place: str
    holds: bool
    explanation: RuleExplanation | None


class PlayedMail(Out):
    """A message with the gate's verdict: sent, held, or reserved until `later`."""

    node: str
    template: str
    channel: str
    topic: str
    purpose: str
    state: str
    reason: str | None
    reason_text: BothTexts | None
    later: datetime | None
    language: str | None
    subject: str | None
    text: str | None
    html: str | None
    problem: str | None


class PlayedLine(Out):
    """One thing that happened; `local` is the clock where she lives."""

    at: datetime
    local: datetime
    kind: str
    text: BothTexts
    run: int | None
    node: str | None
    came_from: str | None
    outcome: str | None
    reason: str | None
    facts: JsonObject
    checks: list[PlayedCheck]
    message: PlayedMail | None


class PlayAnswer(Out):
    """What a play told; `ended` is `time`, `endless` or `too_long`."""

    journey: str
    version: int
    start: datetime
    until: datetime
    zone: str
    ended: str
    lines: list[PlayedLine]


@routes.ask("/journey-plays", permission="journeys:read")
def play_journey(call: Call, body: PlayBody) -> PlayAnswer:
    """Walk one customer through a journey in virtual time; each step, its reasons, and each message."""
    definition, number = queries.read_to_play(
        workspace_id=call.workspace_id,
        key=body.journey,
        version=body.version,
        definition=body.definition,
        yaml=body.yaml,
    )
    request = queries.PlayRequest(body.person, body.imagine, body.events, body.start, body.until, body.language)
    told = queries.play_journey(
        call.conn, definition, request, workspace_id=call.workspace_id, now=call.now, number=number
    )
    return PlayAnswer(
        journey=told.journey,
        version=told.version,
        start=told.start,
        until=told.until,
        zone=told.zone,
        ended=told.ended,
        lines=[_line(line, html=body.html) for line in told.lines],
    )


def _line(line: PlayLine, *, html: bool) -> PlayedLine:
    return PlayedLine(
        at=line.at,
        local=line.local,
        kind=line.kind,
        text=BothTexts.model_validate(line.text),
        run=line.run,
        node=line.node,
        came_from=line.came_from,
        outcome=line.outcome,
        reason=line.reason,
        facts=to_jsonable_python(dict(line.facts)),
        checks=[
            PlayedCheck(
                place=check.place,
                holds=check.holds,
                explanation=explained(check.explanation) if check.explanation else None,
            )
            for check in line.checks
        ],
        message=_mail(line, html=html),
    )


def _mail(line: PlayLine, *, html: bool) -> PlayedMail | None:
    message = line.message
    if message is None:
        return None
    written = message.rendered
    return PlayedMail(
        node=message.node,
        template=message.template,
        channel=message.channel,
        topic=message.topic,
        purpose=message.purpose,
        state=message.state,
        reason=message.reason,
        reason_text=BothTexts.model_validate(message.reason_text) if message.reason_text else None,
        later=message.later,
        language=written.language if written else None,
        subject=written.subject if written else None,
        text=written.text if written else None,
        html=written.html if written and html else None,
        problem=message.problem,
    )


class DryRunBody(In):
    """A journey (by key, definition or YAML) and a period that has passed."""

    journey: str | None = Field(None, max_length=100)
    version: int | Literal["draft"] | None = None
    definition: JsonObject | None = None
    yaml: str | None = Field(None, max_length=_MAX_FILE)
    start: datetime
    until: datetime


class DryRunDetail(Out):
    """How far a dry run is (`done` of `people`). When it is `finished`, `result` holds all its numbers, and `canvas`
    those of nodes and edges, in the shape of a journey's own."""

    id: int
    journey: str
    version: int
    start: datetime
    until: datetime
    state: str
    done: int
    people: int
    result: JsonObject | None
    canvas: CanvasReport | None = None


@routes.post("/journey-dry-runs", permission="journeys:publish", status=201)
def ask_dry_run(call: Call, body: DryRunBody) -> DryRunDetail:
    """Let the recorded history of a period go through a journey; poll the answer's id."""
    definition, number = queries.read_to_play(
        workspace_id=call.workspace_id,
        key=body.journey,
        version=body.version,
        definition=body.definition,
        yaml=body.yaml,
    )
    asked = services.ask_dry_run(
        definition,
        workspace_id=call.workspace_id,
        number=number,
        start=body.start,
        until=body.until,
        now=call.now,
        actor=call.actor.name,
    )
    call.audit("journeys.dry_run", definition.key, {"start": str(body.start), "until": str(body.until)})
    return DryRunDetail.model_validate(asked)


@routes.get("/journey-dry-runs/{dry_run_id}", permission="journeys:read")
def get_dry_run(call: Call, dry_run_id: PathId) -> DryRunDetail:
    """How far a dry run is, and its numbers."""
    found = services.get_dry_run(workspace_id=call.workspace_id, dry_run_id=dry_run_id)
    numbers = queries.report_dry_run(workspace_id=call.workspace_id, dry_run_id=dry_run_id)
    canvas = CanvasReport.model_validate(numbers) if numbers else None
    return DryRunDetail.model_validate(found).model_copy(update={"canvas": canvas})

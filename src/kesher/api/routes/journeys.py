"""Journeys as JSON and as files, their states, their numbers, and why each run went as it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from kesher.api.forms import ChoiceDetail, FieldDetail
from kesher.api.paging import BIGGEST, Cursor, Id, Limit, Page, decode_cursor, page_of
from kesher.api.problems import ProblemPlace
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out, PathId, PathKey
from kesher.journeys import queries, services
from kesher.journeys.errors import JourneyInvalid
from kesher.journeys.services.publishing import check_definition
from kesher.journeys.types import Applied, JourneyState, RunState
from kesher.kernel.errors import Problem

routes = Routes("journeys")

_MAX_FILE = 500_000


class JourneyDetail(Out):
    """A journey; `version` is null while it was never published; `draft` when something is being written."""

    id: int
    key: str
    name: BothTexts
    state: JourneyState
    version: int | None
    draft: bool
    created_at: datetime


class JourneyDefinition(In):
    """A journey's definition; it names its own key."""

    definition: JsonObject


class JourneyFile(In):
    """A journey as YAML."""

    yaml: str = Field(max_length=_MAX_FILE)


class JourneyProblem(ProblemPlace):
    """A mistake in a journey: at which node (null beside the nodes), and in which field of it."""

    node: str | None
    field: str


class JourneyCheck(Out):
    """What is wrong, place by place and, of a file, line by line; nothing when it could be applied."""

    problems: list[JourneyProblem]


class JourneyApplied(Out):
    """The version now in force; `changed` is false when it was so already."""

    key: str
    version: int
    changed: bool


class JourneyYaml(Out):
    """A journey's current version as a file; applying it changes nothing."""

    yaml: str


class JourneyVersionDetail(Out):
    """The canonical definition of a version."""

    definition: JsonObject


class NodeNumbers(Out):
    """One node over all versions: how many entered it, are there now, and left by which outcome."""

    node: str
    type: str
    entered: int
    here: int
    outcomes: dict[str, int]


class ConversionNumbers(Out):
    """Goals reached by those who were treated and their worth in minor units: all of them (node and touch empty), or
    those in which messages of a node have a part, by the strongest touch: click, open or send."""

    node: str
    touch: str
    currency: str
    conversions: int
    value: int


class HoldoutNumbers(Out):
    """People treated and held out, how many of each reached the goal, and the difference of the two rates with its 95 %
    interval."""

    treated: int
    treated_converted: int
    held_out: int
    held_out_converted: int
    difference: float | None
    low: float | None
    high: float | None


class JourneyNumbers(Out):
    """A journey in numbers; `messages` counts by node and by state."""

    key: str
    name: BothTexts
    state: JourneyState
    entered: int
    active: int
    completed: int
    exited: int
    failed: int
    goals: int
    nodes: list[NodeNumbers]
    messages: dict[str, dict[str, int]]
    conversions: list[ConversionNumbers]
    holdout: HoldoutNumbers | None


class RunDetail(Out):
    """One profile's pass through one version."""

    id: int
    journey: str
    version: int
    profile_id: int
    state: RunState
    node: str | None
    entered_at: datetime
    due_at: datetime | None
    goal_at: datetime | None
    ended_at: datetime | None
    reason: str | None


class RunStep(Out):
    """One recorded fact of a run."""

    at: datetime
    name: str
    node: str | None
    came_from: str | None
    outcome: str | None
    reason: str | None
    facts: JsonObject


class RunHistoryDetail(Out):
    """A run and everything that was recorded of it, oldest first."""

    run: RunDetail
    steps: list[RunStep]


class OutcomeDetail(Out):
    """A way out of a node; it leads where the field at `path` says. With `each`, every item of that list has its own,
    called as the item's `name`."""

    name: str
    path: str
    label: BothTexts
    each: bool


class NodeTypeDetail(Out):
    """A kind of step, for the palette and its form; `icon` is a name of Tabler's icons."""

    key: str
    name: BothTexts
    about: BothTexts
    category: str
    icon: str
    outcomes: list[OutcomeDetail]
    fields: list[FieldDetail]


class EntryKindDetail(Out):
    """A kind of entry: the entry that has the field `key` is of this kind."""

    key: str
    name: BothTexts
    about: BothTexts
    icon: str
    fields: list[FieldDetail]


class JourneyFormDetail(Out):
    """The forms of a journey itself: settings, re-entry, goal with its attribution, each exit; and the shelves."""

    categories: list[ChoiceDetail]
    settings: list[FieldDetail]
    reentry: list[FieldDetail]
    goal: list[FieldDetail]
    attribution: list[FieldDetail]
    exit: list[FieldDetail]


@routes.get("/journeys", permission="journeys:read")
def list_journeys(call: Call) -> list[JourneyDetail]:
    """The journeys by key."""
    return [JourneyDetail.model_validate(row) for row in queries.list_journeys(workspace_id=call.workspace_id)]


@routes.post("/journeys", permission="journeys:publish")
def publish_journey(call: Call, body: JourneyDefinition) -> JourneyApplied:
    """Put a definition in force; people in flight finish the version they are in."""
    applied = services.publish_journey(
        body.definition, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name
    )
    return show_applied(call, applied)


@routes.ask("/journey-check", permission="journeys:read")
def check_journey(call: Call, body: JourneyDefinition) -> JourneyCheck:
    """What is wrong with a definition."""
    try:
        check_definition(body.definition, call.workspace_id)
    except JourneyInvalid as error:
        return JourneyCheck(problems=journey_problems(error.problems, body.definition))
    return JourneyCheck(problems=[])


@routes.post("/journey-files", permission="journeys:publish")
def apply_journey_file(call: Call, body: JourneyFile) -> JourneyApplied:
    """Put the journey of a YAML file in force."""
    applied = services.apply_yaml(body.yaml, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    return show_applied(call, applied)


@routes.ask("/journey-file-check", permission="journeys:read")
def check_journey_file(call: Call, body: JourneyFile) -> JourneyCheck:
    """What is wrong with a YAML file, line by line."""
    found = services.validate_yaml(body.yaml, workspace_id=call.workspace_id)
    return JourneyCheck(problems=journey_problems(found, services.read_yaml(body.yaml)))


@routes.get("/journeys/{key}", permission="journeys:read")
def get_journey(call: Call, key: PathKey) -> JourneyDetail:
    """A journey and its state."""
    return _detail(call, key)


@routes.delete("/journeys/{key}", permission="journeys:publish")
def archive_journey(call: Call, key: PathKey) -> None:
    """End a journey for good: everybody in flight leaves."""
    services.archive_journey(key, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    call.note_audited()


@routes.get("/journeys/{key}/definition", permission="journeys:read")
def get_journey_definition(
    call: Call, key: PathKey, version: Annotated[int | None, Query(None, ge=1, le=2**31 - 1)]
) -> JourneyVersionDetail:
    """The definition of the current version, or of the one named."""
    found = queries.get_definition(key, workspace_id=call.workspace_id, version=version)
    return JourneyVersionDetail(definition=found)


@routes.get("/journeys/{key}/file", permission="journeys:read")
def export_journey_file(call: Call, key: PathKey) -> JourneyYaml:
    """The current version as a YAML file."""
    return JourneyYaml(yaml=services.export_yaml(workspace_id=call.workspace_id, key=key))


@routes.post("/journeys/{key}/pause", permission="journeys:publish")
def pause_journey(call: Call, key: PathKey) -> JourneyDetail:
    """Nobody enters and nobody moves on until it is resumed."""
    services.pause_journey(key, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    call.note_audited()
    return _detail(call, key)


@routes.post("/journeys/{key}/resume", permission="journeys:publish")
def resume_journey(call: Call, key: PathKey) -> JourneyDetail:
    """Go on with a paused journey."""
    services.resume_journey(key, workspace_id=call.workspace_id, now=call.now, actor=call.actor.name)
    call.note_audited()
    return _detail(call, key)


@routes.get("/journeys/{key}/report", permission="journeys:read")
def get_journey_report(call: Call, key: PathKey) -> JourneyNumbers:
    """A journey in numbers, over all its versions."""
    report = queries.journey_report(call.conn, workspace_id=call.workspace_id, key=key)
    return JourneyNumbers.model_validate(report)


@routes.get("/runs", permission="journeys:read")
def list_runs(
    call: Call,
    journey: Annotated[str | None, Query(None, max_length=100)],
    profile_id: Annotated[int | None, Query(None, ge=1, le=BIGGEST)],
    state: Annotated[RunState | None, Query(None)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[RunDetail]:
    """The runs of a journey, of a person, or of all, the newest first."""
    after = decode_cursor(cursor, tuple[Id])
    rows = queries.list_runs(
        call.conn,
        workspace_id=call.workspace_id,
        journey=journey,
        profile_id=profile_id,
        state=state,
        before=after[0] if after else None,
        limit=limit + 1,
    )
    return page_of(rows, limit, key=lambda row: (row.id,), show=RunDetail.model_validate)


@routes.get("/runs/{run_id}", permission="journeys:read")
def get_run(call: Call, run_id: PathId) -> RunHistoryDetail:
    """Why this person got, or did not get, what the journey had for her."""
    history = queries.get_run_history(call.conn, workspace_id=call.workspace_id, run_id=run_id)
    return RunHistoryDetail.model_validate(history)


@routes.get("/node-types", permission="journeys:read")
def list_node_types(call: Call) -> list[NodeTypeDetail]:
    """The kinds of steps, their outcomes and their fields."""
    return [NodeTypeDetail.model_validate(each) for each in queries.list_node_types()]


@routes.get("/entry-kinds", permission="journeys:read")
def list_entry_kinds(call: Call) -> list[EntryKindDetail]:
    """The kinds of entry and their fields."""
    return [EntryKindDetail.model_validate(each) for each in queries.list_entry_kinds()]


@routes.get("/journey-form", permission="journeys:read")
def get_journey_form(call: Call) -> JourneyFormDetail:
    """The forms of what is set for a journey as a whole."""
    return JourneyFormDetail.model_validate(queries.get_journey_form())


def show_applied(call: Call, applied: Applied) -> JourneyApplied:
    """The answer; the room has recorded a change itself, and an unchanged one is recorded here."""
    if applied.changed:
        call.note_audited()
    else:
        call.audit("journeys.apply", applied.key, {"version": applied.version, "changed": False})
    return JourneyApplied.model_validate(applied)


def journey_problems(problems: Iterable[Problem], definition: Any) -> list[JourneyProblem]:
    """Mistakes with the nodes at which they are; the definition may be anything."""
    nodes = definition.get("nodes") if isinstance(definition, Mapping) else None
    keys = [str(key) for key in nodes] if isinstance(nodes, Mapping) else []
    spots = [(problem, queries.spot_of(problem, keys)) for problem in problems]
    return [JourneyProblem(**problem.as_dict(), node=spot.node, field=spot.field) for problem, spot in spots]


def _detail(call: Call, key: str) -> JourneyDetail:
    return JourneyDetail.model_validate(queries.get_journey(key, workspace_id=call.workspace_id))

"""Changing a journey that people are in: drafts, what differs in words, who would be moved, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from kesher.api.routes.journeys import JourneyApplied, JourneyFile, JourneyProblem, journey_problems, show_applied
from kesher.api.routing import Call, Routes
from kesher.api.schemas import BothTexts, In, JsonObject, Out, PathKey
from kesher.journeys import queries, services
from kesher.journeys.types import Change, MovePreview

routes = Routes("journeys")

_MOST = 2**31 - 1
Revision = Annotated[int, Field(ge=0, le=_MOST)]
VersionNumber = Annotated[int, Field(ge=1, le=_MOST)]
Moves = Annotated[dict[str, str | None], Field(max_length=500)]
"""Nodes of earlier versions and the nodes of the new one to which their people go; null: they leave."""


class DraftToSave(In):
    """What was written so far; `revision` is the one last seen, 0 when there was no draft."""

    definition: JsonObject
    revision: Revision


class DraftToPublish(In):
    """The draft's revision, and where people in flight go; those at other nodes finish their version."""

    revision: Revision
    moves: Moves | None = None


class MovesToPreview(In):
    """A mapping to look at; without it the suggested one is shown."""

    moves: Moves | None = None


class VersionToRestore(In):
    """An earlier version, and where people in flight go."""

    version: VersionNumber
    moves: Moves | None = None


class DraftSaved(Out):
    """The draft's new revision."""

    revision: int


class DraftDetail(Out):
    """A draft and everything that keeps it from being published."""

    journey: str
    revision: int
    definition: JsonObject
    problems: list[JourneyProblem]
    saved_at: datetime
    saved_by: str


class ChangeDetail(Out):
    """One difference in words."""

    kind: str
    path: str
    text: BothTexts


class VersionDetail(Out):
    """A published version and how many people are still in it."""

    number: int
    published_at: datetime
    current: bool
    people: int


class MoveGroupDetail(Out):
    """People at one node of one version, and what would happen to them: `stay`, `move` or `exit`."""

    version: int
    node: str
    type: str
    people: int
    action: str
    target: str | None
    text: BothTexts


class MovePreviewDetail(Out):
    """What would happen to everybody in flight, and a mapping that keeps as many as can be where they are."""

    groups: list[MoveGroupDetail]
    suggestion: dict[str, str | None]


@routes.get("/journeys/{key}/draft", permission="journeys:read")
def get_journey_draft(call: Call, key: PathKey) -> DraftDetail:
    """What is being written beside the version in force, with its mistakes."""
    draft = queries.get_draft(key, workspace_id=call.workspace_id)
    return DraftDetail(
        journey=draft.journey,
        revision=draft.revision,
        definition=dict(draft.definition),
        problems=journey_problems(draft.problems, draft.definition),
        saved_at=draft.saved_at,
        saved_by=draft.saved_by,
    )


@routes.put("/journeys/{key}/draft", permission="journeys:write")
def save_journey_draft(call: Call, key: PathKey, body: DraftToSave) -> DraftSaved:
    """Keep a draft, right or not; a new key begins a new journey."""
    revision = services.save_draft(
        body.definition,
        workspace_id=call.workspace_id,
        key=key,
        revision=body.revision,
        now=call.now,
        actor=call.actor.name,
    )
    call.note_audited()
    return DraftSaved(revision=revision)


@routes.delete("/journeys/{key}/draft", permission="journeys:write")
def discard_journey_draft(call: Call, key: PathKey, revision: Annotated[int, Query(ge=0, le=_MOST)]) -> None:
    """Throw the draft away; a journey that was never published goes with it."""
    services.discard_draft(key, workspace_id=call.workspace_id, revision=revision, now=call.now, actor=call.actor.name)
    call.note_audited()


@routes.get("/journeys/{key}/draft/changes", permission="journeys:read")
def list_journey_draft_changes(call: Call, key: PathKey) -> list[ChangeDetail]:
    """What publishing the draft would change, in words."""
    return _changes(queries.list_draft_changes(key, workspace_id=call.workspace_id))


@routes.ask("/journeys/{key}/draft/moves", permission="journeys:read")
def preview_journey_draft_moves(call: Call, key: PathKey, body: MovesToPreview) -> MovePreviewDetail:
    """What publishing the draft would do to the people in flight."""
    found = queries.preview_draft_moves(call.conn, key, workspace_id=call.workspace_id, moves=body.moves)
    return _preview(found)


@routes.post("/journeys/{key}/draft/publish", permission="journeys:publish")
def publish_journey_draft(call: Call, key: PathKey, body: DraftToPublish) -> JourneyApplied:
    """Put the draft in force, and move people as the mapping says."""
    applied = services.publish_draft(
        key,
        workspace_id=call.workspace_id,
        revision=body.revision,
        moves=body.moves,
        now=call.now,
        actor=call.actor.name,
    )
    return show_applied(call, applied)


@routes.get("/journeys/{key}/versions", permission="journeys:read")
def list_journey_versions(call: Call, key: PathKey) -> list[VersionDetail]:
    """The published versions, the newest first."""
    versions = queries.list_versions(call.conn, key, workspace_id=call.workspace_id)
    return [VersionDetail.model_validate(each) for each in versions]


@routes.get("/journeys/{key}/versions/changes", permission="journeys:read")
def list_journey_version_changes(
    call: Call,
    key: PathKey,
    before: Annotated[int, Query(ge=1, le=_MOST)],
    after: Annotated[int, Query(ge=1, le=_MOST)],
) -> list[ChangeDetail]:
    """What differs from one version to another, in words."""
    return _changes(queries.list_version_changes(key, workspace_id=call.workspace_id, before=before, after=after))


@routes.ask("/journeys/{key}/roll-back/moves", permission="journeys:read")
def preview_journey_roll_back(call: Call, key: PathKey, body: VersionToRestore) -> MovePreviewDetail:
    """What going back to a version would do to the people in flight."""
    found = queries.preview_version_moves(
        call.conn, key, workspace_id=call.workspace_id, version=body.version, moves=body.moves
    )
    return _preview(found)


@routes.post("/journeys/{key}/roll-back", permission="journeys:publish")
def roll_back_journey(call: Call, key: PathKey, body: VersionToRestore) -> JourneyApplied:
    """Put the content of an earlier version in force again, as a new version."""
    applied = services.roll_back(
        key,
        workspace_id=call.workspace_id,
        version=body.version,
        moves=body.moves,
        now=call.now,
        actor=call.actor.name,
    )
    return show_applied(call, applied)


@routes.ask("/journey-file-changes", permission="journeys:read")
def list_journey_file_changes(call: Call, body: JourneyFile) -> list[ChangeDetail]:
    """What applying a YAML file would change, in words."""
    return _changes(services.diff_yaml(body.yaml, workspace_id=call.workspace_id))


def _changes(changes: list[Change]) -> list[ChangeDetail]:
    return [ChangeDetail.model_validate(each) for each in changes]


def _preview(found: MovePreview) -> MovePreviewDetail:
    return MovePreviewDetail.model_validate(found)

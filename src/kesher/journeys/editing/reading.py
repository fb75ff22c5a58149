"""Reads of what is being edited: the draft with its mistakes, the versions, what differs, who would be moved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kesher.journeys import models
from kesher.journeys.definition import in_flow_order, read_definition, with_layout, write_definition
from kesher.journeys.editing.changes import list_changes
from kesher.journeys.editing.moves import Moves, preview_moves
from kesher.journeys.errors import DraftNotFound, JourneyInvalid, JourneyNotFound, VersionNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.names import known_names
from kesher.journeys.types import Change, Draft, MovePreview, VersionInfo
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.sql import statements_of

_sql = statements_of("kesher.journeys")


def get_draft(key: str, *, workspace_id: int) -> Draft:
    """The draft, with everything that keeps it from being published."""
    drafts = models.Draft.objects.filter(journey__workspace_id=workspace_id, journey__key=key)
    draft = drafts.first()
    if draft is None:
        raise DraftNotFound(key=key)
    definition = json.loads(draft.source)
    problems = _problems(definition, workspace_id)
    return Draft(key, draft.revision, definition, problems, draft.saved_at, draft.saved_by)


def list_versions(conn: Conn, key: str, *, workspace_id: int) -> list[VersionInfo]:
    """The journey's versions, the newest first, and how many people are still in each."""
    journey = _journey(key, workspace_id)
    return [VersionInfo(*row) for row in _sql.run(conn, "list_versions_of", {"journey": journey.pk})]


def list_draft_changes(key: str, *, workspace_id: int) -> list[Change]:
    """What publishing the draft would change, in words."""
    draft = get_draft(key, workspace_id=workspace_id)
    return list_changes(_in_force(_journey(key, workspace_id)), _canonical(draft.definition))


def list_version_changes(key: str, *, workspace_id: int, before: int, after: int) -> list[Change]:
    """What differs from one version to another, in words."""
    journey = _journey(key, workspace_id)
    return list_changes(*(in_flow_order(_version(journey, number).definition) for number in (before, after)))


def list_definition_changes(definition: Mapping[str, Any], *, workspace_id: int) -> list[Change]:
    """What putting a definition in force would change, in words."""
    key = definition.get("journey")
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=str(key)).first()
    return list_changes(_in_force(journey) if journey else None, _canonical(definition))


def preview_draft_moves(conn: Conn, key: str, *, workspace_id: int, moves: Moves | None = None) -> MovePreview:
    """What publishing the draft would do to the people in flight; without `moves`, by the suggested mapping. A draft
    with mistakes has no preview: JourneyInvalid."""
    draft = get_draft(key, workspace_id=workspace_id)
    if draft.problems:
        raise JourneyInvalid(problems=draft.problems)
    nodes = _canonical(draft.definition)["nodes"]
    return preview_moves(conn, _journey(key, workspace_id), nodes, moves)


def preview_version_moves(
    conn: Conn, key: str, *, workspace_id: int, version: int, moves: Moves | None = None
) -> MovePreview:
    """What rolling back to a version would do to the people in flight."""
    journey = _journey(key, workspace_id)
    return preview_moves(conn, journey, _version(journey, version).definition["nodes"], moves)


def _journey(key: str, workspace_id: int) -> models.Journey:
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    return journey


def _version(journey: models.Journey, number: int) -> models.Version:
    found = models.Version.objects.filter(journey=journey, number=number).first()
    if found is None:
        raise VersionNotFound(key=journey.key, version=number)
    return found


def _in_force(journey: models.Journey) -> dict[str, Any] | None:
    current = models.Version.objects.filter(pk=journey.current_version_id or 0).first()
    return with_layout(in_flow_order(current.definition), journey.layout) if current else None


def _problems(definition: Mapping[str, Any], workspace_id: int) -> tuple[Problem, ...]:
    reading = Reading(workspace_id, known_names(workspace_id))
    read_definition(definition, reading)
    return tuple(reading.problems)


def _canonical(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The definition with its defaults left out, as far as it can be read; names need not be known."""
    read = read_definition(definition, Reading(0))
    return write_definition(read) if read is not None else definition

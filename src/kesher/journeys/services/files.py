"""Journeys as YAML files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kesher.journeys import models
from kesher.journeys.definition import (
    dump_yaml,
    in_flow_order,
    load_yaml,
    read_definition,
    with_layout,
    write_definition,
)
from kesher.journeys.editing.moves import Moves
from kesher.journeys.editing.reading import list_definition_changes
from kesher.journeys.errors import JourneyInvalid, JourneyNotFound
from kesher.journeys.fields import Reading
from kesher.journeys.names import known_names
from kesher.journeys.services.publishing import publish
from kesher.journeys.types import Applied, Change, Definition
from kesher.kernel.errors import Problem


def validate_yaml(text: str, *, workspace_id: int) -> list[Problem]:
    """Every mistake in the file, each with its path and line, in the order of the lines; empty when it could be
    applied."""
    return _read(text, workspace_id)[1]


def read_yaml(text: str) -> Any:
    """The values of a file as they are written, right or not; None when it is no YAML."""
    return load_yaml(text).data


def apply_yaml(
    text: str, *, workspace_id: int, now: datetime, actor: str = "system", moves: Moves | None = None
) -> Applied:
    """Publish the journey of a file: a new one, or a new version when it differs from the one in force."""
    definition = _read_right(text, workspace_id)
    return publish(definition, workspace_id=workspace_id, now=now, actor=actor, moves=moves)


def diff_yaml(text: str, *, workspace_id: int) -> list[Change]:
    """What applying the file would change, in words; JourneyInvalid names its mistakes."""
    return list_definition_changes(write_definition(_read_right(text, workspace_id)), workspace_id=workspace_id)


def export_yaml(*, workspace_id: int, key: str) -> str:
    """The current version as a file; applying it changes nothing."""
    versions = models.Version.objects.filter(journey__workspace_id=workspace_id, journey__key=key)
    version = versions.select_related("journey").order_by("-number").first()
    if version is None:
        raise JourneyNotFound(key=key)
    written = with_layout(in_flow_order(version.definition), version.journey.layout)
    # The nodes are written in the order of the flow, so the start need not be named.
    del written["start"]
    return dump_yaml(written)


def _read_right(text: str, workspace_id: int) -> Definition:
    definition, problems = _read(text, workspace_id)
    if definition is None:
        raise JourneyInvalid(problems=tuple(problems))
    return definition


def _read(text: str, workspace_id: int) -> tuple[Definition | None, list[Problem]]:
    document = load_yaml(text)
    if document.problems:
        return None, document.problems
    reading = Reading(workspace_id, known_names(workspace_id))
    definition = read_definition(document.data, reading)
    problems = [Problem(p.path, p.message, document.line_of(p.path)) for p in reading.problems]
    return definition, sorted(problems, key=lambda problem: (problem.line or 0, problem.path))

"""Publishing: a definition becomes the current version of its journey, unless it is that already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kesher.accounts import queries as accounts
from kesher.accounts import services as audit
from kesher.journeys import models
from kesher.journeys.definition import digest_of, read_definition, write_definition
from kesher.journeys.errors import JourneyInvalid, JourneyStateWrong
from kesher.journeys.fields import Reading
from kesher.journeys.fields.place import filled
from kesher.journeys.types import Applied, Definition, JourneyState
from kesher.kernel import wake
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.errors import Problem
from kesher.kernel.shards import SHARDS
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text

_sql = statements_of("kesher.journeys")

_PASSED = Text(en="This time has passed; nobody would enter.", he="המועד הזה עבר; איש לא ייכנס.")


def publish_journey(
    definition: Mapping[str, Any], *, workspace_id: int, now: datetime, actor: str = "system"
) -> Applied:
    """Put a definition in force: a new journey starts live, a changed one gets a new version; people in flight finish
    theirs. JourneyInvalid names every mistake; publishing what is in force already changes nothing."""
    read = check_definition(definition, workspace_id)
    return publish(read, workspace_id=workspace_id, now=now, actor=actor)


def check_definition(data: Any, workspace_id: int) -> Definition:
    """The definition, every name in it known to the workspace; JourneyInvalid otherwise."""
    reading = Reading(workspace_id, known_names(workspace_id))
    read = read_definition(data, reading)
    if read is None:
        raise JourneyInvalid(problems=tuple(reading.problems))
    return read


def known_names(workspace_id: int) -> dict[str, frozenset[str]]:
    """The keys of the workspace's templates, topics, segments and lists, by kind."""
    rows = _sql.run(request_connection(), "list_names", {"workspace_id": workspace_id})
    known: dict[str, set[str]] = {kind: set() for kind in ("template", "topic", "segment", "list")}
    for kind, key in rows:
        known[kind].add(key)
    return {kind: frozenset(keys) for kind, keys in known.items()}


def publish(definition: Definition, *, workspace_id: int, now: datetime, actor: str) -> Applied:
    """`publish_journey` for a definition that was read."""
    written = write_definition(definition)
    digest = digest_of(written)
    with transaction.atomic():
        journey, _ = models.Journey.objects.select_for_update().get_or_create(
            workspace_id=workspace_id,
            key=definition.key,
            defaults={"name": definition.name.as_dict(), "created_at": now},
        )
        if journey.state == JourneyState.ARCHIVED:
            raise JourneyStateWrong(key=journey.key, state=journey.state, expected=JourneyState.LIVE)
        before = models.Version.objects.filter(journey=journey).order_by("-number").first()
        if before is not None and before.digest == digest:
            return Applied(journey.key, before.number, changed=False)
        number = before.number + 1 if before else 1
        version = models.Version.objects.create(
            workspace_id=workspace_id,
            journey=journey,
            number=number,
            definition=written,
            digest=digest,
            published_at=now,
        )
        journey.current_version_id = version.pk
        journey.name = definition.name.as_dict()
        journey.state = JourneyState.LIVE if journey.state == JourneyState.DRAFT else journey.state
        journey.save()
        if before is None or before.definition.get("entry") != written["entry"]:
            reschedule(request_connection(), journey.pk, definition, workspace_id=workspace_id, now=now)
        changes = {"version": number, "digest": digest}
        audit.record_audit(workspace_id, actor, "journeys.publish", journey.key, changes, now)
        wake.notify(request_connection(), wake.WORK)
    return Applied(journey.key, number, changed=True)


def reschedule(conn: Conn, journey_id: int, definition: Definition, *, workspace_id: int, now: datetime) -> None:
    """Replace the journey's timer rows; a schedule that lies in the past is a mistake."""
    _sql.run(conn, "clear_schedule", {"journey": journey_id})
    entry = definition.entry
    if entry.kind.audience(entry.config) is None or entry.kind.trigger(entry.config) is not None:
        return
    zone = accounts.get_workspace(workspace_id).timezone
    due_at = entry.kind.next_occurrence(entry.config, after=now, zone=zone)
    if due_at is None:
        raise JourneyInvalid(problems=(Problem("entry.schedule", filled(_PASSED)),))
    _sql.run(conn, "set_schedule", {"journey": journey_id, "due_at": due_at, "shards": SHARDS})

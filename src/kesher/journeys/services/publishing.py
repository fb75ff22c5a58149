"""Publishing: a definition becomes the current version of its journey, unless it is that already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from kesher.accounts import queries as accounts
from kesher.accounts import services as audit
from kesher.journeys import models
from kesher.journeys.definition import digest_of, read_definition, split_layout, write_definition
from kesher.journeys.editing.moves import Moves, check_moves
from kesher.journeys.errors import JourneyInvalid, JourneyStateWrong
from kesher.journeys.fields import Reading
from kesher.journeys.fields.place import filled
from kesher.journeys.names import known_names
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
    definition: Mapping[str, Any],
    *,
    workspace_id: int,
    now: datetime,
    actor: str = "system",
    moves: Moves | None = None,
) -> Applied:
    """Put a definition in force: a new journey starts live, a changed one gets a new version; people in flight finish
    theirs, except those who stand at a node that `moves` names. JourneyInvalid names every mistake; publishing what is
    in force already changes nothing."""
    read = check_definition(definition, workspace_id)
    return publish(read, workspace_id=workspace_id, now=now, actor=actor, moves=moves)


def check_definition(data: Any, workspace_id: int) -> Definition:
    """The definition, every name in it known to the workspace; JourneyInvalid otherwise."""
    reading = Reading(workspace_id, known_names(workspace_id))
    read = read_definition(data, reading)
    if read is None:
        raise JourneyInvalid(problems=tuple(reading.problems))
    return read


def publish(
    definition: Definition, *, workspace_id: int, now: datetime, actor: str, moves: Moves | None = None
) -> Applied:
    """`publish_journey` for a definition that was read."""
    written, layout = split_layout(write_definition(definition))
    digest = digest_of(written)
    with transaction.atomic():
        journey, _ = models.Journey.objects.select_for_update().get_or_create(
            workspace_id=workspace_id,
            key=definition.key,
            defaults={"name": definition.name.as_dict(), "created_at": now},
        )
        if journey.state == JourneyState.ARCHIVED:
            raise JourneyStateWrong(key=journey.key, state=journey.state, expected=JourneyState.LIVE)
        check_moves(moves or {}, journey, written["nodes"])
        journey.layout = journey.layout if layout is None else dict(layout)
        before = models.Version.objects.filter(journey=journey).order_by("-number").first()
        if before is not None and before.digest == digest:
            journey.save(update_fields=["layout"])
            _keep_moves(journey, moves, actor, now)
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
        _put_in_force(journey, version, definition, moves)
        _reschedule_changed(journey, before, definition, written["entry"], now)
        changes = {"version": number, "digest": digest, **({"moves": dict(moves)} if moves else {})}
        audit.record_audit(workspace_id, actor, "journeys.publish", journey.key, changes, now)
        wake.notify(request_connection(), wake.WORK)
    return Applied(journey.key, number, changed=True)


def _put_in_force(
    journey: models.Journey, version: models.Version, definition: Definition, moves: Moves | None
) -> None:
    """The version is the current one; whoever writes a draft is told by its revision to look again."""
    journey.current_version_id = version.pk
    journey.name = definition.name.as_dict()
    journey.state = JourneyState.LIVE if journey.state == JourneyState.DRAFT else journey.state
    journey.moves = dict(moves or {})
    journey.save()
    models.Draft.objects.filter(journey=journey).update(revision=F("revision") + 1)


def _keep_moves(journey: models.Journey, moves: Moves | None, actor: str, now: datetime) -> None:
    """People may also be moved to a version that has been in force for long."""
    if moves is None or journey.moves == moves:
        return
    journey.moves = dict(moves)
    journey.save(update_fields=["moves"])
    audit.record_audit(journey.workspace_id, actor, "journeys.move", journey.key, {"moves": dict(moves)}, now)
    wake.notify(request_connection(), wake.WORK)


def _reschedule_changed(
    journey: models.Journey, before: models.Version | None, definition: Definition, entry: Any, now: datetime
) -> None:
    was = before.definition.get("entry", {}) if before else {}
    if was != entry:
        same = was.get("segment") == entry.get("segment")
        conn = request_connection()
        reschedule(conn, journey.pk, definition, workspace_id=journey.workspace_id, now=now, same=same)


def reschedule(
    conn: Conn, journey_id: int, definition: Definition, *, workspace_id: int, now: datetime, same: bool = False
) -> None:
    """Replace the journey's timer rows (`same`: still of the same segment); a schedule that lies in the past is a
    mistake."""
    _sql.run(conn, "clear_date_timers", {"journey": journey_id})
    entry = definition.entry
    zone = accounts.get_workspace(workspace_id).timezone
    due_at = entry.kind.first_occurrence(entry.config, now=now, zone=zone)
    if due_at is not None:
        params = {"journey": journey_id, "due_at": due_at, "shards": SHARDS, "same": same}
        _sql.run(conn, "set_schedule", params)
        return
    _sql.run(conn, "clear_schedule", {"journey": journey_id})
    if entry.kind.trigger(entry.config) is None:
        raise JourneyInvalid(problems=(Problem("entry.schedule", filled(_PASSED)),))

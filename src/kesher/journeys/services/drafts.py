"""A draft beside the version in force: saved with its mistakes, published when there are none, and the way back.

`revision` is what the caller has seen (0: no draft yet). Whoever saves or publishes with an older one is told so, and
nothing is overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kesher.accounts import services as audit
from kesher.journeys import models
from kesher.journeys.definition.values import check_values
from kesher.journeys.editing.moves import Moves
from kesher.journeys.errors import DraftChanged, DraftNotFound, JourneyInvalid, JourneyStateWrong, VersionNotFound
from kesher.journeys.fields import NameKind, Place, Reading
from kesher.journeys.fields.kinds import KEY
from kesher.journeys.services.publishing import publish_journey
from kesher.journeys.types import Applied, JourneyState
from kesher.kernel.text import Text


def save_draft(
    definition: Mapping[str, Any],
    *,
    workspace_id: int,
    key: str,
    revision: int,
    now: datetime,
    actor: str = "system",
) -> int:
    """Keep what was written so far, right or not, and answer its new revision; DraftChanged when somebody else saved
    meanwhile. A key that is new begins a journey that nobody enters yet."""
    with transaction.atomic():
        kept = keep_draft(definition, workspace_id=workspace_id, key=key, revision=revision, now=now, actor=actor)
        audit.record_audit(workspace_id, actor, "journeys.save_draft", key, {"revision": kept}, now)
    return kept


def keep_draft(
    definition: Mapping[str, Any], *, workspace_id: int, key: str, revision: int, now: datetime, actor: str
) -> int:
    """`save_draft` as a part of another deed, which records itself; in its transaction."""
    _refuse_unstorable(definition, workspace_id, key)
    journey, _ = models.Journey.objects.select_for_update().get_or_create(
        workspace_id=workspace_id, key=key, defaults={"name": _name_of(definition, key), "created_at": now}
    )
    if journey.state == JourneyState.ARCHIVED:
        raise JourneyStateWrong(key=key, state=journey.state, expected=JourneyState.LIVE)
    draft = models.Draft.objects.filter(journey=journey).first()
    _check_revision(draft, key, revision)
    draft = draft or models.Draft(journey=journey, revision=0)
    draft.revision += 1
    draft.source = json.dumps(definition, ensure_ascii=False)
    draft.saved_at, draft.saved_by = now, actor
    draft.save()
    if journey.current_version_id is None:
        journey.name = _name_of(definition, key)
        journey.save(update_fields=["name"])
    return draft.revision


def discard_draft(key: str, *, workspace_id: int, revision: int, now: datetime, actor: str = "system") -> None:
    """Throw the draft away; a journey that was never published goes with it."""
    with transaction.atomic():
        draft = _draft(key, workspace_id)
        _check_revision(draft, key, revision)
        if draft.journey.current_version_id is None:
            draft.journey.delete()
        else:
            draft.delete()
        audit.record_audit(workspace_id, actor, "journeys.discard_draft", key, {"revision": revision}, now)


def publish_draft(
    key: str, *, workspace_id: int, revision: int, now: datetime, actor: str = "system", moves: Moves | None = None
) -> Applied:
    """Put the draft in force; JourneyInvalid names its mistakes, and then it stays a draft."""
    with transaction.atomic():
        draft = _draft(key, workspace_id)
        _check_revision(draft, key, revision)
        definition = {**json.loads(draft.source), "journey": key}
        draft.delete()
        return publish_journey(definition, workspace_id=workspace_id, now=now, actor=actor, moves=moves)


def roll_back(
    key: str, *, workspace_id: int, version: int, now: datetime, actor: str = "system", moves: Moves | None = None
) -> Applied:
    """Put the content of an earlier version in force again, as a new version."""
    versions = models.Version.objects.filter(journey__workspace_id=workspace_id, journey__key=key)
    found = versions.filter(number=version).first()
    if found is None:
        raise VersionNotFound(key=key, version=version)
    return publish_journey(found.definition, workspace_id=workspace_id, now=now, actor=actor, moves=moves)


def _draft(key: str, workspace_id: int) -> models.Draft:
    drafts = models.Draft.objects.select_for_update().select_related("journey")
    draft = drafts.filter(journey__workspace_id=workspace_id, journey__key=key).first()
    if draft is None:
        raise DraftNotFound(key=key)
    return draft


def _check_revision(draft: models.Draft | None, key: str, revision: int) -> None:
    there = draft.revision if draft else 0
    if there != revision:
        raise DraftChanged(key=key, revision=there)


def _refuse_unstorable(definition: Mapping[str, Any], workspace_id: int, key: str) -> None:
    reading = Reading(workspace_id)
    place = Place(reading)
    check_values(definition, place)
    if not KEY.fullmatch(key):
        place.at("journey").problem(_BAD_KEY)
    if definition.get("journey", key) != key:
        place.at("journey").problem(_OTHER_KEY, key=key)
    if reading.problems:
        raise JourneyInvalid(problems=tuple(reading.problems))


def _name_of(definition: Mapping[str, Any], key: str) -> dict[str, str]:
    """The name as far as it can be read; a journey without one is called by its key."""
    name = NameKind().read(definition.get("name"), Place(Reading(0)))
    return (name or Text(en=key, he=key)).as_dict()


_BAD_KEY = Text(
    en="A journey's key has lower-case letters, digits and _, at most 60, and begins with a letter.",
    he="מפתח של מסע מורכב מאותיות לטיניות קטנות, ספרות וקו תחתון, עד 60 תווים, ומתחיל באות.",
)
_OTHER_KEY = Text(
    en="This is the draft of “{key}”; a journey's key cannot change.",
    he="זו הטיוטה של ”{key}“; מפתח של מסע אינו משתנה.",
)

"""Another system calls a journey's secret address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from kesher.accounts import services as audit
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, EventType, IncomingEvent, SystemEvent
from kesher.journeys import models
from kesher.journeys.entries.webhook import Mapped, WebhookEntry
from kesher.journeys.errors import HookBodyInvalid, HookNotFound, JourneyNotFound
from kesher.journeys.fields.given import look_up
from kesher.journeys.fields.place import filled
from kesher.journeys.services.entries import open_entry
from kesher.kernel import tokens
from kesher.kernel.db import Conn
from kesher.kernel.errors import Problem
from kesher.kernel.text import Text
from kesher.profiles import queries as profiles
from kesher.profiles.types import Kind

_PURPOSE = "journey-hook"
_NOTHING_THERE = Text(en="There is nothing at “{path}” in the body.", he="אין דבר בנתיב ”{path}“ בגוף הקריאה.")
_NOBODY = Text(en="“{value}” identifies nobody.", he="”{value}“ אינו מזהה איש.")
_LONGEST_ID = 200


def make_hook_path(key: str, *, workspace_id: int) -> str:
    """The secret end of the address at which another system calls the journey."""
    journey = models.Journey.objects.filter(workspace_id=workspace_id, key=key).first()
    if journey is None:
        raise JourneyNotFound(key=key)
    return tokens.sign(_PURPOSE, f"{journey.pk}.{journey.hook_number}".encode())


def replace_hook(key: str, *, workspace_id: int, now: datetime, actor: str = "system") -> str:
    """A new address; the old one is worth nothing from now on."""
    with transaction.atomic():
        journey = models.Journey.objects.select_for_update().filter(workspace_id=workspace_id, key=key).first()
        if journey is None:
            raise JourneyNotFound(key=key)
        journey.hook_number += 1
        journey.save(update_fields=["hook_number"])
        audit.record_audit(workspace_id, actor, "journeys.replace_hook", key, {}, now)
    return make_hook_path(key, workspace_id=workspace_id)


def receive_hook(conn: Conn, token: str, body: Mapping[str, Any], *, now: datetime) -> bool:
    """A call to a journey's address: the person whom the body names is asked to enter, and made when she is new. False
    when a call of the same number came before (within a day at least). HookNotFound, EntryClosed, HookBodyInvalid."""
    journey = _listening(token)
    entry = open_entry(journey, WebhookEntry.key)
    mapped: Mapped = entry.config.webhook
    kind, path = mapped.person
    problems: list[Problem] = []
    person = _text_at(body, path, problems)
    number = _text_at(body, mapped.id, problems) if mapped.id else ""
    properties = _properties(body, mapped)
    if problems:
        raise HookBodyInvalid(problems=tuple(problems))
    message_id = f"hook/{journey.pk}/{number or uuid4()}"
    call = IncomingEvent(
        workspace_id=journey.workspace_id,
        source_id=0,
        message_id=message_id,
        type=EventType.SYSTEM,
        name=SystemEvent.WEBHOOK_RECEIVED,
        occurred_at=now,
        received_at=now,
        profile_id=_owner(conn, journey.workspace_id, kind, person, message_id, now),
        properties=json.dumps({**properties, "journey": journey.key}),
    )
    return events.ingest(conn, [call], now=now).accepted == 1


def _listening(token: str) -> models.Journey:
    try:
        journey_id, _, number = tokens.unsign(_PURPOSE, token).decode().partition(".")
    except tokens.TokenInvalid as error:
        raise HookNotFound from error
    journey = models.Journey.objects.filter(pk=int(journey_id), hook_number=int(number)).first()
    if journey is None:
        raise HookNotFound
    return journey


def _text_at(body: Mapping[str, Any], path: str, problems: list[Problem]) -> str:
    there, value = look_up(body, path.split("."))
    if (
        not there
        or isinstance(value, bool)
        or not isinstance(value, str | int)
        or not 0 < len(str(value)) <= _LONGEST_ID
    ):
        problems.append(Problem(path, filled(_NOTHING_THERE, path=path)))
    return str(value)


def _properties(body: Mapping[str, Any], mapped: Mapped) -> dict[str, Any]:
    if mapped.properties is None:
        return dict(body)
    found = {name: look_up(body, path.split(".")) for name, path in mapped.properties.items()}
    return {name: value for name, (there, value) in found.items() if there}


def _owner(conn: Conn, workspace_id: int, kind: Kind, value: str, message_id: str, now: datetime) -> int:
    """Whose the identifier is; whom nobody knows yet is made."""
    (owner,) = profiles.find_owners(conn, workspace_id=workspace_id, identifiers=[(kind, value)])
    if owner is not None:
        return owner
    by_address = kind in (Kind.EMAIL, Kind.PHONE)
    call = IncomingEvent(
        workspace_id=workspace_id,
        source_id=0,
        message_id=f"{message_id}/person",
        type=EventType.IDENTIFY,
        name=PROFILE_IDENTIFIED,
        occurred_at=now,
        received_at=now,
        user_id=value if kind is Kind.USER_ID else None,
        anonymous_id=value if kind is Kind.ANONYMOUS_ID else None,
        traits={kind.value: value} if by_address else {},
        properties=json.dumps({kind.value: value} if by_address else {}),
    )
    (made,) = events.ingest(conn, [call], now=now).profile_ids
    if made is None:
        raise HookBodyInvalid(problems=(Problem(kind.value, filled(_NOBODY, value=value)),))
    return made

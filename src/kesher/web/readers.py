"""The person behind a signed link: whose message it was, in which language and under whose name to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from kesher.content import queries as content
from kesher.content.types import BrandKit
from kesher.kernel.db import Conn
from kesher.kernel.tokens import TokenInvalid
from kesher.messaging import queries as messaging
from kesher.profiles import queries as profiles


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds a message in hand; `profile_id` is where the profile lives on now."""

    message_id: int
    workspace_id: int
    profile_id: int
    channel: str
    topic: str
    language: str | None
    brand: BrandKit


def find_reader(conn: Conn, message_id: int) -> Reader:
    """The reader of a message; TokenInvalid when the message or the profile is no more."""
    recipient = messaging.find_message_profile(conn, message_id=message_id)
    if recipient is None:
        raise TokenInvalid
    profile_id = profiles.find_survivors(conn, [recipient.profile_id]).get(recipient.profile_id, recipient.profile_id)
    profile = profiles.get_profile(conn, workspace_id=recipient.workspace_id, profile_id=profile_id)
    if profile.erased_at is not None:
        raise TokenInvalid
    return Reader(
        message_id=message_id,
        workspace_id=recipient.workspace_id,
        profile_id=profile_id,
        channel=recipient.channel,
        topic=recipient.topic,
        language=profile.language,
        brand=content.get_brand_kit(conn, recipient.workspace_id),
    )


def evidence_of(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """What proves a statement of will beside its wording: the message in hand, and where from."""
    return {
        "message_id": message_id,
        "ip": request.META.get("REMOTE_ADDR", ""),
        "user_agent": request.headers.get("User-Agent", "")[:500],
    }

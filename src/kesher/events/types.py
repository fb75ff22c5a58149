"""What crosses the room's border: one normalised call, the outcome of an ingest, a slice of the log, system names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from kesher.profiles.types import COMPANY


class EventType(StrEnum):
    """The calls of the wire format, and `system` for what Kesher itself logs."""

    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    IDENTIFY = "identify"
    GROUP = "group"
    ALIAS = "alias"
    SYSTEM = "system"


PAGE_VIEWED = "Page Viewed"
SCREEN_VIEWED = "Screen Viewed"
PROFILE_IDENTIFIED = "Profile Identified"
GROUP_JOINED = "Group Joined"
PROFILE_ALIASED = "Profile Aliased"


class SystemEvent(StrEnum):
    """Names that only Kesher writes; an outsider's event of such a name is called `<name> (external)`."""

    PROFILE_MERGED = "Profile Merged"
    PROFILE_MERGE_UNDONE = "Profile Merge Undone"
    PROFILE_ERASED = "Profile Erased"
    CONSENT_GIVEN = "Consent Given"
    CONSENT_WITHDRAWN = "Consent Withdrawn"
    CONSENT_REQUESTED = "Consent Requested"
    OBJECT_RELATED = "Object Related"
    OBJECT_UNRELATED = "Object Unrelated"
    OBJECT_CHANGED = "Object Changed"
    LIST_JOINED = "List Joined"
    LIST_LEFT = "List Left"
    SEGMENT_ENTERED = "Segment Entered"
    SEGMENT_LEFT = "Segment Left"
    SCORE_GRADE_CHANGED = "Score Grade Changed"
    STAGE_CHANGED = "Stage Changed"
    JOURNEY_ENTERED = "Journey Entered"
    JOURNEY_STEP_ENTERED = "Journey Step Entered"
    JOURNEY_GOAL_REACHED = "Journey Goal Reached"
    JOURNEY_EXITED = "Journey Exited"
    HOLDOUT_EXPOSED = "Holdout Exposed"
    JOURNEY_REQUESTED = "Journey Requested"
    WEBHOOK_RECEIVED = "Webhook Received"
    JOURNEY_RUN_MOVED = "Journey Run Moved"
    WEBHOOK_ANSWERED = "Webhook Answered"
    COUPONS_LOW = "Coupons Low"
    MESSAGE_SENT = "Message Sent"
    MESSAGE_HELD = "Message Held"
    MESSAGE_FAILED = "Message Failed"
    MESSAGE_BOUNCED = "Message Bounced"
    MESSAGE_OPENED = "Message Opened"
    MESSAGE_CLICKED = "Message Clicked"
    MESSAGE_UNSUBSCRIBED = "Message Unsubscribed"
    MESSAGE_COMPLAINED = "Message Complained"


SYSTEM_NAMES = frozenset(name.value for name in SystemEvent)
RESERVED_NAMES = SYSTEM_NAMES | {PAGE_VIEWED, SCREEN_VIEWED, PROFILE_IDENTIFIED, GROUP_JOINED, PROFILE_ALIASED}


class IncomingEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call, normalised by the edge: authenticated, skew-corrected, its name mapped. A struct, since it is made
    ten thousand times a second (a frozen dataclass takes six times as long).

    `properties` and `context` are the text of a JSON object, written to the log as they are. `traits` is the object
    of an identify, applied to the profile, or of a group, applied to the object of `group_kind` whose key is
    `group_id`, to which the person belongs from then on in `group_role` (None: as before). `locale` and `timezone` are
    `context.locale` and `context.timezone` when they are strings; with an identify they fill the profile's language and
    zone where its traits do not say. `source_id` 0 is Kesher itself (API, imports). `profile_id` addresses a known
    profile instead of claims.
    """

    workspace_id: int
    source_id: int
    message_id: str
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    user_id: str | None = None
    anonymous_id: str | None = None
    previous_id: str | None = None
    group_id: str | None = None
    group_kind: str = COMPANY
    group_role: str | None = None
    profile_id: int | None = None
    traits: Mapping[str, Any] | None = None
    properties: str = "{}"
    context: str = "{}"
    locale: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What one ingest did. `unidentified` are the positions of events whose every identifier is blocked or
    malformed: they belong to nobody and were not written. `profile_ids` is one per event, None for an event that
    was not written (unidentified, or a duplicate)."""

    accepted: int
    duplicates: int
    unidentified: tuple[int, ...]
    profile_ids: tuple[int | None, ...]
    profiles_created: int
    merges: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Whole transactions of the log, in the temporary table events_slice: every row of `shards` that `consumer` has
    not read below `until` (a transaction id). `complete` is False when more rows could be read at once."""

    consumer: str
    shards: tuple[int, ...]
    until: int
    rows: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from; its write key can do nothing but write events."""

    id: int
    workspace_id: int
    name: str
    write_key: str
    enabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One row of the log, for a timeline. `origin_profile_id` when a merge moved it here."""

    id: int
    type: str
    name: str
    occurred_at: datetime
    received_at: datetime
    origin_profile_id: int | None
    properties: Mapping[str, Any]
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventShape:
    """An event's name, and the paths into its properties (`total`, `products[].price`) with the JSON type of each."""

    name: str
    properties: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Activity:
    """How often, first and last a person did a thing."""

    name: str
    count: int
    first_at: datetime
    last_at: datetime

"""What crosses the room's border: lanes, states, reasons, and the shapes of what is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from kesher.kernel.text import Text

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""The days in the order of the week."""


class Lane(IntEnum):
    """Who goes first: a lower lane never waits for a higher one."""

    TRANSACTIONAL = 0
    TRIGGERED = 1
    BROADCAST = 2


class Purpose(StrEnum):
    """Why a message is sent; a transactional one needs no marketing consent and is exempt from caps and quiet hours."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"


class State(StrEnum):
    """Where a message stands. `held` and `failed` are final, as is `sent`."""

    RESERVED = "reserved"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a message was held, put off, or failed."""

    NO_CONSENT = "no_consent"
    SUPPRESSED = "suppressed"
    NO_ADDRESS = "no_address"
    INVALID_ADDRESS = "invalid_address"
    NO_PROFILE = "no_profile"
    CAPPED = "capped"
    OUTRANKED = "outranked"
    QUIET_HOURS = "quiet_hours"
    SENDING_WINDOW = "sending_window"
    REST_DAY = "rest_day"
    HOLDOUT = "holdout"
    MISSING_VALUE = "missing_value"
    TEMPLATE_ERROR = "template_error"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    DUPLICATE = "duplicate"
    RETRY = "retry"
    REFUSED = "refused"
    BOUNCED = "bounced"
    GAVE_UP = "gave_up"
    NO_PROVIDER = "no_provider"


REASONS: dict[Reason, Text] = {
    Reason.NO_CONSENT: Text(
        en="There is no permission to write to this person on this topic.",
        he="אין הרשאה לפנות לאדם הזה בנושא הזה.",
    ),
    Reason.SUPPRESSED: Text(en="The address is on the suppression list.", he="הכתובת נמצאת ברשימת החסימה."),
    Reason.NO_ADDRESS: Text(en="The profile has no address on this channel.", he="אין בפרופיל כתובת לערוץ הזה."),
    Reason.INVALID_ADDRESS: Text(en="The address is not valid.", he="הכתובת אינה תקינה."),
    Reason.NO_PROFILE: Text(en="The profile was erased.", he="הפרופיל נמחק."),
    Reason.CAPPED: Text(
        en="The person already received as many messages as the frequency cap allows.",
        he="האדם כבר קיבל את מספר ההודעות המרבי שמגבלת התדירות מתירה.",
    ),
    Reason.OUTRANKED: Text(
        en="The frequency cap leaves room only for a message of higher priority, which goes first.",
        he="מגבלת התדירות מותירה מקום רק להודעה בעדיפות גבוהה יותר, והיא נשלחת קודם.",
    ),
    Reason.QUIET_HOURS: Text(en="It is quiet hours where the person is.", he="אצל האדם אלה שעות שקטות."),
    Reason.SENDING_WINDOW: Text(
        en="It is outside the hours in which messages are sent where the person is.",
        he="אצל האדם השעה היא מחוץ לשעות השליחה.",
    ),
    Reason.REST_DAY: Text(en="It is Shabbat or a holiday where the person is.", he="אצל האדם עכשיו שבת או חג."),
    Reason.HOLDOUT: Text(en="The person is in the control group.", he="האדם נמצא בקבוצת הביקורת."),
    Reason.MISSING_VALUE: Text(en="A value that the template needs is missing.", he="חסר ערך שהתבנית זקוקה לו."),
    Reason.TEMPLATE_ERROR: Text(
        en="The template could not be filled in for this person.", he="לא ניתן היה למלא את התבנית עבור האדם הזה."
    ),
    Reason.CANCELLED: Text(en="The message was cancelled.", he="ההודעה בוטלה."),
    Reason.PAUSED: Text(en="The broadcast is paused.", he="הדיוור מושהה."),
    Reason.DUPLICATE: Text(
        en="The person, merged from two profiles, already has this message.",
        he="האדם, שאוחד משני פרופילים, כבר קיבל את ההודעה הזאת.",
    ),
    Reason.RETRY: Text(en="The mail server asked to try again later.", he="שרת הדואר ביקש לנסות שוב מאוחר יותר."),
    Reason.REFUSED: Text(en="The mail server refused the message.", he="שרת הדואר סירב לקבל את ההודעה."),
    Reason.BOUNCED: Text(
        en="The mail server says that the address does not exist.", he="לפי שרת הדואר הכתובת אינה קיימת."
    ),
    Reason.GAVE_UP: Text(
        en="The mail server kept asking to try later; we stopped trying.",
        he="שרת הדואר ביקש שוב ושוב לנסות מאוחר יותר; הפסקנו לנסות.",
    ),
    Reason.NO_PROVIDER: Text(en="No provider is set up for this channel.", he="לא הוגדר ספק לערוץ הזה."),
}


@dataclass(frozen=True, slots=True)
class Reserved:
    """The answer to an API send: the same request key gives the same message."""

    message_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class ClickedLink:
    """What a click token carries."""

    message_id: int
    url: str


@dataclass(frozen=True, slots=True)
class MessageInfo:
    """One row of the ledger, as shown to people."""

    id: int
    workspace_id: int
    profile_id: int
    lane: int
    channel: str
    purpose: str
    topic: str
    template: str | None
    run_id: int | None
    node: str | None
    broadcast: str | None
    state: str
    reason: str | None
    address: str | None
    language: str | None
    attempts: int
    uncertain: bool
    answer: str | None
    available_at: datetime
    reserved_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None
    bounced_at: datetime | None
    complained_at: datetime | None
    unsubscribed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SuppressionInfo:
    """An address that must not be contacted on a channel, and why."""

    channel: str
    address: str
    reason: str
    detail: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class BroadcastInfo:
    """A broadcast to a segment or a list, and how far it is; `counts` are messages by state. With `local_time` each
    gets it when the clock where she is shows what the workspace's shows at `scheduled_at`."""

    id: int
    workspace_id: int
    key: str
    name: dict[str, str]
    template: str
    segment: str | None
    list: str | None
    topic: str
    state: str
    rate_per_minute: int | None
    scheduled_at: datetime | None
    local_time: bool
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """An account through which messages leave; its secret is never part of this."""

    id: int
    workspace_id: int
    channel: str
    kind: str
    name: str
    settings: dict[str, Any]
    has_secret: bool
    rate_per_second: float | None
    enabled: bool


class RecordState(StrEnum):
    """`unsure`: there is one, and whether it is enough only the provider can say. `silent`: nobody answered."""

    UNCHECKED = "unchecked"
    OK = "ok"
    UNSURE = "unsure"
    MISSING = "missing"
    WRONG = "wrong"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Record:
    """One text record: `value` is what to publish (empty where only the provider knows), `found` what stands there,
    `text` what to do."""

    kind: str
    name: str
    value: str
    state: RecordState
    found: Sequence[str]
    text: Text


@dataclass(frozen=True, slots=True)
class DomainInfo:
    """A domain from which a workspace writes. `verified`: its records prove that it is the workspace's;
    `dkim_seen_at`: since when the key is seen in DNS."""

    name: str
    selector: str
    public_key: str
    signing: bool
    verified: bool
    dkim_seen_at: datetime | None
    checked_at: datetime | None
    created_at: datetime
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose message it is, and about what."""

    message_id: int
    workspace_id: int
    profile_id: int
    channel: str
    topic: str
    address: str | None
    sent_at: datetime | None

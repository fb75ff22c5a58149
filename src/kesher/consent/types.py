"""What crosses the room's border: states of will, topics, and the rule that says what is permitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kesher.kernel.text import Text

CHANNELS = {
    "email": Text(en="e-mail", he="דואר אלקטרוני"),
    "sms": Text(en="SMS", he="מסרון"),
}
"""The channels on which people can be reached."""
WHOLE_CHANNEL = ""
"""The topic of an entry that speaks of a channel as a whole."""


class ConsentState(StrEnum):
    """What a person said last. `pending`: a double opt-in was asked and not yet confirmed."""

    GRANTED = "granted"
    DENIED = "denied"
    PENDING = "pending"


STATE_NAMES: dict[str, Text] = {
    ConsentState.GRANTED: Text(en="agreed", he="הסכמה"),
    ConsentState.DENIED: Text(en="declined", he="סירוב"),
    ConsentState.PENDING: Text(en="was asked", he="נשאל"),
}


class Purpose(StrEnum):
    """The legal basis level of a topic."""

    MARKETING = "marketing"
    TRANSACTIONAL = "transactional"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a person can say yes or no to."""

    id: int
    workspace_id: int
    key: str
    name: Text
    description: Text
    purpose: Purpose
    position: int
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class LegalProfile:
    """Who answers for a workspace's advertising, as the law asks it to be shown; what is empty was not filled in.

    `unsubscribe_way` is another way to refuse, beside the links. `section_30a`: messages are held to section 30A of
    Israel's Communications Law.
    """

    name: Text
    registration_number: str
    address: Text
    phone: str
    email: str
    unsubscribe_way: Text
    section_30a: bool


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """One line of a person's history of consent; `topic` is empty for the whole channel."""

    id: int
    channel: str
    topic: str
    state: ConsentState
    source: str
    wording: str
    evidence: Mapping[str, object]
    given_at: datetime


def permits(states: Mapping[tuple[str, str], str], channel: str, topic: str) -> bool:
    """May a marketing message on this channel and topic be sent? `states` maps (channel, topic) to the state.

    The whole channel must not be denied; then the topic's own state decides, and where it has none, the whole
    channel must be granted.
    """
    whole = states.get((channel, WHOLE_CHANNEL))
    if whole == ConsentState.DENIED:
        return False
    said = states.get((channel, topic)) if topic else whole
    return (said if said is not None else whole) == ConsentState.GRANTED

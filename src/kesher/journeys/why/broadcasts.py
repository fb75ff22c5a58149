"""A person and a broadcast: what became of her message, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kesher.events import queries as events
from kesher.events.types import SystemEvent
from kesher.journeys.fields.place import filled
from kesher.journeys.why.facts import Account, Basis, Fact, fact
from kesher.journeys.why.messages import message_answer, message_facts
from kesher.kernel.db import Conn
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging
from kesher.messaging.types import BroadcastInfo
from kesher.segments import queries as segments

_STARTED = Text(en="The broadcast began.", he="הדיוור התחיל.")
_NOT_STARTED = Text(en="The broadcast has not begun.", he="הדיוור עדיין לא התחיל.")
_CANCELLED = Text(en="The broadcast was cancelled.", he="הדיוור בוטל.")
_NO_MESSAGE = Text(en="The person was not among the recipients.", he="האדם לא היה בין הנמענים.")
_LEFT = Text(en="Left the segment “{segment}” before that.", he="יציאה מהסגמנט ”{segment}“ לפני כן.")
_ENTERED_LATER = Text(en="Entered the segment “{segment}” only after that.", he="כניסה לסגמנט ”{segment}“ רק אחרי כן.")
_ENTERED = Text(en="Entered the segment “{segment}” before that.", he="כניסה לסגמנט ”{segment}“ לפני כן.")
_OFF_LIST = Text(en="Taken off the list “{list}” before that.", he="הוסר מהרשימה ”{list}“ לפני כן.")
_LISTED_LATER = Text(en="Put on the list “{list}” only after that.", he="צורף לרשימה ”{list}“ רק אחרי כן.")
_LISTED = Text(en="Put on the list “{list}” before that.", he="צורף לרשימה ”{list}“ לפני כן.")
_ON_LIST_NOW = Text(
    en="When the list “{list}” was changed for the person was not recorded; the person is on it now.",
    he="לא נרשם מתי השתנתה הרשימה ”{list}“ עבור האדם; כעת האדם נמצא בה.",
)
_NOT_ON_LIST = Text(en="The person is not on the list “{list}”.", he="האדם אינו ברשימה ”{list}“.")
_GONE = Text(en="The audience of the broadcast was deleted since.", he="קהל היעד של הדיוור נמחק מאז.")
_NOW = Text(
    en="Whether the person was in the segment “{segment}” then was not recorded; this is what its rule says now.",
    he="לא נרשם אם האדם היה אז בסגמנט ”{segment}“; כך אומר הכלל שלו כעת.",
)


def account_of_broadcast(conn: Conn, *, workspace_id: int, profile_id: int, key: str, now: datetime) -> Account:
    """What became of the person's message of a broadcast, or why she has none."""
    broadcast = messaging.get_broadcast(conn, workspace_id=workspace_id, key=key)
    letters = messaging.list_messages(conn, workspace_id=workspace_id, profile_id=profile_id, broadcast=key, limit=1)
    facts = [fact("started", _STARTED, broadcast.started_at) if broadcast.started_at else fact("waits", _NOT_STARTED)]
    if broadcast.state == "cancelled":
        facts.append(fact("cancelled", _CANCELLED, broadcast.finished_at))
    if letters:
        facts += message_facts(letters[0])
        return Account("broadcast", key, profile_id, message_answer(letters[0]), tuple(facts))
    facts.append(_membership(conn, broadcast, profile_id, now))
    return Account("broadcast", key, profile_id, _NO_MESSAGE, tuple(facts))


@dataclass(frozen=True, slots=True)
class _Changes:
    """The events that tell of an audience's members, and the sentences for what they tell."""

    kind: str
    joined: SystemEvent
    left: SystemEvent
    joined_before: Text
    left_before: Text
    joined_later: Text


_OF_SEGMENT = _Changes(
    "segment", SystemEvent.SEGMENT_ENTERED, SystemEvent.SEGMENT_LEFT, _ENTERED, _LEFT, _ENTERED_LATER
)
_OF_LIST = _Changes("list", SystemEvent.LIST_JOINED, SystemEvent.LIST_LEFT, _LISTED, _OFF_LIST, _LISTED_LATER)


def _membership(conn: Conn, broadcast: BroadcastInfo, profile_id: int, now: datetime) -> Fact:
    """Whether she was in the audience, from the log; where it is silent, what is true now."""
    if broadcast.segment is not None:
        told = _recorded(conn, broadcast, _OF_SEGMENT, broadcast.segment, profile_id, now)
        return told or _in_segment_now(conn, broadcast.workspace_id, broadcast.segment, profile_id, now)
    if broadcast.list is not None:
        told = _recorded(conn, broadcast, _OF_LIST, broadcast.list, profile_id, now)
        return told or _on_list_now(conn, broadcast.workspace_id, broadcast.list, profile_id)
    return fact("audience", _GONE)


def _recorded(
    conn: Conn, broadcast: BroadcastInfo, changes: _Changes, key: str, profile_id: int, now: datetime
) -> Fact | None:
    names = [changes.joined, changes.left]
    seen = events.list_events(conn, workspace_id=broadcast.workspace_id, profile_id=profile_id, names=names, limit=500)
    own = [each for each in seen if each.properties.get(changes.kind) == key]
    began = broadcast.started_at or now
    before = next((each for each in own if each.occurred_at <= began), None)
    told = {changes.kind: key}
    if before is not None:
        sentence = changes.left_before if before.name == changes.left else changes.joined_before
        return fact(changes.kind, sentence, before.occurred_at, **told)
    if own and own[-1].name == changes.joined:
        return fact(changes.kind, changes.joined_later, own[-1].occurred_at, **told)
    return None


def _in_segment_now(conn: Conn, workspace_id: int, key: str, profile_id: int, now: datetime) -> Fact:
    row = segments.get_segment(conn, workspace_id=workspace_id, key=key)
    person = segments.load_person(conn, profile_id)
    explained = segments.explain(segments.parse_rule(row.rule), person, now)
    return Fact("segment", filled(_NOW, segment=key), None, Basis.NOW, {"segment": key}, explained)


def _on_list_now(conn: Conn, workspace_id: int, key: str, profile_id: int) -> Fact:
    there = key in segments.list_profile_lists(conn, workspace_id=workspace_id, profile_id=profile_id)
    return Fact("list", filled(_ON_LIST_NOW if there else _NOT_ON_LIST, list=key), None, Basis.NOW, {"list": key})

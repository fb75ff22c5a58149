"""A person and a broadcast: what became of her message, or why there is none."""

from __future__ import annotations

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


def _membership(conn: Conn, broadcast: BroadcastInfo, profile_id: int, now: datetime) -> Fact:
    """Whether she was in the audience's segment, from the log; where it is silent, what the rule says now."""
    names = [SystemEvent.SEGMENT_ENTERED, SystemEvent.SEGMENT_LEFT]
    changes = events.list_events(
        conn, workspace_id=broadcast.workspace_id, profile_id=profile_id, names=names, limit=500
    )
    own = [each for each in changes if each.properties.get("segment") == broadcast.segment]
    began = broadcast.started_at or now
    before = next((each for each in own if each.occurred_at <= began), None)
    told = {"segment": broadcast.segment}
    if before is not None:
        sentence = _LEFT if before.name == SystemEvent.SEGMENT_LEFT else _ENTERED
        return fact("segment", sentence, before.occurred_at, **told)
    if own and own[-1].name == SystemEvent.SEGMENT_ENTERED:
        return fact("segment", _ENTERED_LATER, own[-1].occurred_at, **told)
    row = segments.get_segment(conn, workspace_id=broadcast.workspace_id, key=broadcast.segment)
    person = segments.load_person(conn, profile_id)
    explained = segments.explain(segments.parse_rule(row.rule), person, now)
    return Fact("segment", filled(_NOW, **told), None, Basis.NOW, told, explained)

"""The question: a person, and a message, a journey or a broadcast."""

from __future__ import annotations

from datetime import datetime

from kesher.journeys.fields.place import filled
from kesher.journeys.histories import list_runs
from kesher.journeys.why.broadcasts import account_of_broadcast
from kesher.journeys.why.facts import Account, Fact
from kesher.journeys.why.messages import message_answer, message_facts
from kesher.journeys.why.runs import MOST, account_of_journey, run_facts
from kesher.kernel.db import Conn
from kesher.kernel.text import Text
from kesher.messaging import queries as messaging
from kesher.messaging.errors import MessageNotFound
from kesher.profiles.queries import get_profile

_OF_BROADCAST = Text(en="It belongs to the broadcast “{key}”.", he="היא שייכת לדיוור ”{key}“.")


def explain_outcome(
    conn: Conn,
    *,
    workspace_id: int,
    profile_id: int,
    now: datetime,
    message: int | None = None,
    journey: str | None = None,
    broadcast: str | None = None,
) -> Account:
    """Why this person got, or did not get, a message, what a journey had for her, or a broadcast: name one of the
    three."""
    own = {"workspace_id": workspace_id, "profile_id": profile_id}
    get_profile(conn, **own)
    if message is not None:
        return _account_of_message(conn, message, **own)
    if journey is not None:
        return account_of_journey(conn, **own, key=journey, now=now)
    assert broadcast is not None, "a message, a journey or a broadcast must be named"
    return account_of_broadcast(conn, **own, key=broadcast, now=now)


def _account_of_message(conn: Conn, message_id: int, *, workspace_id: int, profile_id: int) -> Account:
    letter = messaging.get_message(conn, workspace_id=workspace_id, message_id=message_id)
    if letter.profile_id != profile_id:
        raise MessageNotFound(key=message_id)
    facts: list[Fact] = []
    if letter.run_id is not None:
        runs = list_runs(conn, workspace_id=workspace_id, profile_id=profile_id, limit=MOST)
        for run in (each for each in runs if each.id == letter.run_id):
            steps = run_facts(conn, run, [], workspace_id=workspace_id)
            facts += [each for each in steps if each.at is not None and each.at <= letter.reserved_at]
    if letter.broadcast is not None:
        facts.append(Fact("broadcast", filled(_OF_BROADCAST, key=letter.broadcast), letter.reserved_at))
    facts += message_facts(letter)
    return Account("message", str(message_id), profile_id, message_answer(letter), tuple(facts))

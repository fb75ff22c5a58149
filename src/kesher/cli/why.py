"""`kesher why`: why a person got something, or did not."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import click

from kesher.cli.session import terminal_language, with_database
from kesher.kernel.text import Text

_BASES = {
    "replayed": Text(en="not recorded; worked out from the log", he="לא נרשם; חושב מחדש מן היומן"),
    "now": Text(en="not recorded; as it is now", he="לא נרשם; כך זה כעת"),
}
_KINDS = ("message", "journey", "broadcast")
_NOT_NUMBER = Text(en="write the message's number, not {key}", he="יש לכתוב את מספר ההודעה, ולא {key}")
_NO_KIND = Text(
    en="write message:NUMBER, journey:KEY or broadcast:KEY, not {kind}:{key}",
    he="יש לכתוב message:NUMBER,‏ journey:KEY או broadcast:KEY, ולא {kind}:{key}",
)
_NEITHER = Text(en="there is no journey and no broadcast “{key}” here", he="אין כאן מסע או דיוור בשם ”{key}“")
_NEAREST = Text(en="; did you mean “{nearest}”?", he="; האם הכוונה ל־”{nearest}“?")


@click.command("why")
@click.argument("workspace")
@click.argument("person")
@click.argument("subject")
@with_database
def why(workspace: str, person: str, subject: str) -> None:
    """Say why PERSON (number, e-mail address or user id) got, or did not get, SUBJECT: a message's number, a journey's
    key or a broadcast's key; write journey:KEY or broadcast:KEY where both exist."""
    from kesher.accounts import queries as accounts
    from kesher.cli.playing import show_explanation
    from kesher.journeys import queries
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    found = accounts.get_workspace(slug=workspace)
    language = terminal_language()
    with connect("why") as conn:
        profile_id = queries.find_person(conn, person, workspace_id=found.id)
        account = queries.explain_outcome(
            conn, workspace_id=found.id, profile_id=profile_id, now=read_clock(conn), **_subject(subject, found.id)
        )
    click.echo(account.answer.render(language))
    for fact in account.facts:
        at = f"{fact.at:%Y-%m-%d %H:%M:%S}Z" if fact.at else " " * 20
        basis = f"  ({_BASES[fact.basis].render(language)})" if fact.basis in _BASES else ""
        click.echo(f"{at}  {fact.text.render(language)}{basis}")
        if fact.explanation is not None:
            show_explanation(fact.explanation, language, depth=3)


def _subject(subject: str, workspace_id: int) -> dict[str, Any]:
    kind, _, key = subject.rpartition(":")
    if kind == "message" or (not kind and key.isdecimal()):
        if not key.isdecimal():
            raise click.BadParameter(_NOT_NUMBER.render(terminal_language(), key=key))
        return {"message": int(key)}
    if kind and kind not in _KINDS:
        raise click.BadParameter(_NO_KIND.render(terminal_language(), kind=kind, key=key))
    return {kind or _kind_of(key, workspace_id): key}


def _kind_of(key: str, workspace_id: int) -> str:
    """Whether a bare key is a journey's or a broadcast's."""
    from kesher.journeys import queries
    from kesher.kernel.db import request_connection
    from kesher.messaging import queries as messaging
    from kesher.messaging.errors import BroadcastNotFound

    journeys = {each.key for each in queries.list_journeys(workspace_id=workspace_id)}
    if key in journeys:
        return "journey"
    conn = request_connection()
    try:
        messaging.get_broadcast(conn, workspace_id=workspace_id, key=key)
        return "broadcast"
    except BroadcastNotFound:
        latest = {each.key for each in messaging.list_broadcasts(conn, workspace_id=workspace_id)}
    near = get_close_matches(key, journeys | latest, n=1)
    said = _NEITHER.render(terminal_language(), key=key)
    raise click.BadParameter(said + (_NEAREST.render(terminal_language(), nearest=near[0]) if near else ""))

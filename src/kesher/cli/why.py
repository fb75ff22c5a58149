"""`kesher why`: why a person got something, or did not."""

from __future__ import annotations

from typing import Any

import click

from kesher.cli.session import terminal_language, with_database
from kesher.kernel.text import Text

_BASES = {
    "replayed": Text(en="worked out from the log", he="חושב מחדש מן היומן"),
    "now": Text(en="an evaluation of now", he="הערכה של רגע זה"),
}


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
    from kesher.journeys import queries

    kind, _, key = subject.rpartition(":")
    if kind == "message" or (not kind and key.isdecimal()):
        if not key.isdecimal():
            raise click.BadParameter(f"write the message's number, not {key}")
        return {"message": int(key)}
    if kind:
        return {kind: key}
    known = {each.key for each in queries.list_journeys(workspace_id=workspace_id)}
    return {"journey" if key in known else "broadcast": key}

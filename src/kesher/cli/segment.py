"""`kesher segment`: who is in a segment, and why."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesher.cli.session import terminal_language, with_database

if TYPE_CHECKING:
    from kesher.segments.types import Explanation


@click.group()
def segment() -> None:
    """Segments and their rules: try one, explain one."""


@segment.command("explain")
@click.argument("workspace")
@click.argument("key")
@click.argument("person")
@with_database
def explain(workspace: str, key: str, person: str) -> None:
    """Tell why PERSON (a user id, an e-mail address, a phone or a profile's number) is in the segment KEY or not."""
    from kesher.accounts import queries as accounts
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.profiles import queries as profiles
    from kesher.segments import queries

    found = accounts.get_workspace(slug=workspace)
    with connect("segment") as conn:
        rule = queries.parse_rule(queries.get_segment(conn, workspace_id=found.id, key=key).rule)
        profile = profiles.find_profile_by_identifier(conn, workspace_id=found.id, value=person)
        if profile is None:
            number = int(person) if person.isdecimal() and len(person) < 19 else 0
            profile = profiles.get_profile(conn, workspace_id=found.id, profile_id=number)
        somebody = queries.load_person(conn, profile.id, rule=rule)
        _show(queries.explain(rule, somebody, read_clock(conn)), terminal_language())


@segment.command("preview")
@click.argument("workspace")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def preview(workspace: str, file: Path) -> None:
    """Count for how many people the rule in FILE (JSON) holds now, and show the numbers of some of them."""
    from kesher.accounts import queries as accounts
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.segments import queries

    try:
        source = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        click.echo(f"{file}: {error}", err=True)
        sys.exit(1)
    found = accounts.get_workspace(slug=workspace)
    with connect("segment") as conn:
        rule = queries.parse_rule(source)
        queries.check_references(conn, rule, workspace_id=found.id)
        outcome = queries.preview_rule(conn, rule, workspace_id=found.id, now=read_clock(conn))
    click.echo(outcome.count)
    for profile_id in outcome.sample:
        click.echo(f"  {profile_id}")
    for warning in outcome.warnings:
        click.echo(warning.render(terminal_language()), err=True)


def _show(part: Explanation, language: str, depth: int = 0) -> None:
    """One line a part: ✓ or ✗, the sentence, what decided it, and when it could change."""
    line = f"{'  ' * depth}{'✓' if part.holds else '✗'} {part.sentence.render(language)}"
    if part.found is not None:
        line += f"  {part.found.render(language)}"
    if part.changes_at is not None:
        line += f"  ⏱ {part.changes_at:%Y-%m-%d %H:%M}Z"
    click.echo(line)
    for inner in part.parts:
        _show(inner, language, depth + 1)

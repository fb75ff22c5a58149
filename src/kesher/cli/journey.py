"""`kesher journey`: journeys as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from kesher.cli.session import terminal_language, with_database


@click.group()
def journey() -> None:
    """Journeys as files: check, put in force, write out."""


@journey.command("validate")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def validate(workspace: str, files: tuple[Path, ...]) -> None:
    """Name every mistake in FILES with its line and what to do; exit 1 when there is one."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import services

    found = accounts.get_workspace(slug=workspace)
    mistakes = 0
    for file in files:
        for problem in services.validate_yaml(file.read_text(encoding="utf-8"), workspace_id=found.id):
            mistakes += 1
            place = f"{file}:{problem.line}" if problem.line else str(file)
            click.echo(f"{place}: {problem.path}: {problem.message.render(terminal_language())}")
    if mistakes:
        sys.exit(1)
    click.echo("OK")


@journey.command("apply")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def apply(workspace: str, files: tuple[Path, ...]) -> None:
    """Publish FILES: a changed journey gets a new version, an unchanged one stays as it is."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    found = accounts.get_workspace(slug=workspace)
    with connect("journey") as conn:
        now = read_clock(conn)
        for file in files:
            text = file.read_text(encoding="utf-8")
            applied = services.apply_yaml(text, workspace_id=found.id, now=now, actor="kesher journey apply")
            click.echo(f"{applied.key}: version {applied.version}{'' if applied.changed else ' (unchanged)'}")


@journey.command("export")
@click.argument("workspace")
@click.argument("key")
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file instead of the screen.")
@with_database
def export(workspace: str, key: str, output: TextIO) -> None:
    """Write the journey KEY as YAML; applying it again changes nothing."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import services

    output.write(services.export_yaml(workspace_id=accounts.get_workspace(slug=workspace).id, key=key))


@journey.command("list")
@click.argument("workspace")
@with_database
def list_journeys(workspace: str) -> None:
    """Show the journeys of WORKSPACE, their state and version."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries

    for each in queries.list_journeys(workspace_id=accounts.get_workspace(slug=workspace).id):
        click.echo(f"{each.key}  {each.state}  version {each.version or '-'}")

"""`kesher journey`: journeys as files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from kesher.cli.playing import dry_run, play
from kesher.cli.session import terminal_language, with_database
from kesher.kernel.text import Text

_NO_CHANGE = Text(en="nothing changes", he="אין שינוי")


@click.group()
def journey() -> None:
    """Journeys as files: check, put in force, write out."""


journey.add_command(play)
journey.add_command(dry_run)

_FILES = click.Path(exists=True, path_type=Path)


@journey.command("validate")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=_FILES)
@with_database
def validate(workspace: str, files: tuple[Path, ...]) -> None:
    """Name every mistake in FILES (or folders of them) with its line and what to do; exit 1 when there is one."""
    from kesher.accounts import queries as accounts

    found = accounts.get_workspace(slug=workspace)
    if _show_mistakes(files, found.id):
        sys.exit(1)
    click.echo("OK")


@journey.command("diff")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=_FILES)
@with_database
def diff(workspace: str, files: tuple[Path, ...]) -> None:
    """Say in words what applying FILES (or folders of them) would change."""
    from kesher.accounts import queries as accounts

    found = accounts.get_workspace(slug=workspace)
    if _show_mistakes(files, found.id):
        sys.exit(1)
    _show_changes(files, found.id)


@journey.command("apply")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=_FILES)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--move", "moved", multiple=True, metavar="OLD=NEW", help="Take people who stand at OLD to the node NEW.")
@click.option("--let-go", multiple=True, metavar="OLD", help="Let people who stand at OLD leave the journey.")
@with_database
def apply(
    workspace: str, files: tuple[Path, ...], dry_run: bool, moved: tuple[str, ...], let_go: tuple[str, ...]
) -> None:
    """Publish FILES (or folders of them): a changed journey gets a new version, an unchanged one stays as it is.

    People in flight finish the version they are in, except where --move and --let-go say otherwise. Nothing is
    published when one of the files has a mistake.
    """
    from django.db import transaction

    from kesher.accounts import queries as accounts
    from kesher.journeys import services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    found = accounts.get_workspace(slug=workspace)
    if _show_mistakes(files, found.id):
        sys.exit(1)
    if dry_run:
        _show_changes(files, found.id)
        return
    moves = _moves(moved, let_go)
    with connect("journey") as conn, transaction.atomic():
        now = read_clock(conn)
        for file in _each(files):
            applied = services.apply_yaml(
                file.read_text(encoding="utf-8"),
                workspace_id=found.id,
                now=now,
                actor="kesher journey apply",
                moves=moves,
            )
            click.echo(f"{applied.key}: version {applied.version}{'' if applied.changed else ' (unchanged)'}")


@journey.command("publish")
@click.argument("workspace")
@click.argument("key")
@click.option("--move", "moved", multiple=True, metavar="OLD=NEW", help="Take people who stand at OLD to the node NEW.")
@click.option("--let-go", multiple=True, metavar="OLD", help="Let people who stand at OLD leave the journey.")
@click.option("--dry-run", is_flag=True, help="Only say what would change, and for whom.")
@with_database
def publish(workspace: str, key: str, moved: tuple[str, ...], let_go: tuple[str, ...], dry_run: bool) -> None:
    """Put the draft of the journey KEY in force."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries, services
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import request_connection

    found = accounts.get_workspace(slug=workspace)
    conn = request_connection()
    draft = queries.get_draft(key, workspace_id=found.id)
    moves = _moves(moved, let_go)
    if dry_run:
        for change in queries.list_draft_changes(key, workspace_id=found.id):
            click.echo(change.text.render(terminal_language()))
        for group in queries.preview_draft_moves(conn, key, workspace_id=found.id, moves=moves or {}).groups:
            click.echo(group.text.render(terminal_language()))
        return
    applied = services.publish_draft(
        key,
        workspace_id=found.id,
        revision=draft.revision,
        now=read_clock(conn),
        actor="kesher journey publish",
        moves=moves,
    )
    click.echo(f"{applied.key}: version {applied.version}{'' if applied.changed else ' (unchanged)'}")


@journey.command("export")
@click.argument("workspace")
@click.argument("key", required=False)
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-", help="A file instead of the screen.")
@click.option("--all", "folder", type=click.Path(file_okay=False, path_type=Path), help="All journeys, into a folder.")
@with_database
def export(workspace: str, key: str | None, output: TextIO, folder: Path | None) -> None:
    """Write the journey KEY as YAML, or all of them with --all; applying it again changes nothing."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries, services

    found = accounts.get_workspace(slug=workspace)
    if (key is None) == (folder is None):
        raise click.UsageError("Name one journey, or a folder for all of them with --all.")
    if key is not None:
        output.write(services.export_yaml(workspace_id=found.id, key=key))
        return
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    for each in queries.list_journeys(workspace_id=found.id):
        if each.version is not None and each.state != "archived":
            file = folder / f"{each.key}.yaml"
            file.write_text(services.export_yaml(workspace_id=found.id, key=each.key), encoding="utf-8")
            click.echo(str(file))


@journey.command("list")
@click.argument("workspace")
@with_database
def list_journeys(workspace: str) -> None:
    """Show the journeys of WORKSPACE, their state and version."""
    from kesher.accounts import queries as accounts
    from kesher.journeys import queries

    for each in queries.list_journeys(workspace_id=accounts.get_workspace(slug=workspace).id):
        click.echo(f"{each.key}  {each.state}  version {each.version or '-'}")


def _each(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files, and the YAML files of the folders."""
    for path in paths:
        yield from sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]


def _show_mistakes(paths: tuple[Path, ...], workspace_id: int) -> int:
    from kesher.journeys import services

    mistakes = 0
    for file in _each(paths):
        for problem in services.validate_yaml(file.read_text(encoding="utf-8"), workspace_id=workspace_id):
            mistakes += 1
            place = f"{file}:{problem.line}" if problem.line else str(file)
            click.echo(f"{place}: {problem.path}: {problem.message.render(terminal_language())}")
    return mistakes


def _show_changes(paths: tuple[Path, ...], workspace_id: int) -> None:
    from kesher.journeys import services

    for file in _each(paths):
        changes = services.diff_yaml(file.read_text(encoding="utf-8"), workspace_id=workspace_id)
        click.echo(f"{file}: {_NO_CHANGE.render(terminal_language()) if not changes else len(changes)}")
        for change in changes:
            click.echo(f"  {change.text.render(terminal_language())}")


def _moves(moved: tuple[str, ...], let_go: tuple[str, ...]) -> dict[str, str | None] | None:
    """The mapping of the options; None when there are none."""
    moves: dict[str, str | None] = dict.fromkeys(let_go)
    for each in moved:
        old, sign, new = each.partition("=")
        if not sign:
            raise click.BadParameter(f"write OLD=NEW, not {each}")
        moves[old] = new
    return moves or None

"""`kesher score`: models of lead scores as files, and what they give a person."""

from __future__ import annotations

from pathlib import Path

import click

from kesher.cli.session import with_database


@click.group()
def score() -> None:
    """Lead scores: list, show, put in force."""


@score.command("list")
@click.argument("workspace")
@with_database
def list_scores(workspace: str) -> None:
    """Show the models of WORKSPACE, and how many people have each grade."""
    from kesher.accounts import queries as accounts
    from kesher.kernel.db import connect
    from kesher.segments import queries

    found = accounts.get_workspace(slug=workspace)
    with connect("score") as conn:
        for row in queries.list_score_models(conn, workspace_id=found.id):
            people: dict[str, int] = {}
            for grade, _, number in queries.count_grades(conn, workspace_id=found.id, key=row.key):
                people[grade] = people.get(grade, 0) + number
            grades = "  ".join(f"{grade} {number}" for grade, number in sorted(people.items()))
            click.echo(f"{row.key}  {row.state}  {grades}")


@score.command("show")
@click.argument("workspace")
@click.argument("key")
@click.argument("person", required=False)
@with_database
def show(workspace: str, key: str, person: str | None) -> None:
    """Write the model KEY as YAML; with PERSON (an id, an address, a user id) what it gives her, and why."""
    import yaml

    from kesher.accounts import queries as accounts
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.profiles import queries as profiles
    from kesher.segments import queries

    found = accounts.get_workspace(slug=workspace)
    with connect("score") as conn:
        row = queries.get_score_model(conn, workspace_id=found.id, key=key)
        if person is None:
            document = {"score": row.key, "name": dict(row.name), **row.definition}
            click.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), nl=False)
            return
        profile = profiles.get_person(conn, workspace_id=found.id, text=person)
        view = queries.explain_score(conn, row, profile.id, now=read_clock(conn))
    click.echo(f"{view.grade}  fit {view.fit:g}  engagement {view.engagement:.1f}  {view.stage or ''}".rstrip())
    for part in view.fit_parts:
        click.echo(f"  fit {part.points:+g}  {'yes' if part.holds else 'no '}  {part.name or part.rule}")
    for kind in view.engagement_parts:
        click.echo(f"  engagement {kind.value:+.1f}  {kind.event}: {kind.count}")


@score.command("apply")
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def apply(workspace: str, files: tuple[Path, ...]) -> None:
    """Save the models in FILES, as `show` writes them; one that has not changed stays as it is."""
    import yaml

    from kesher.accounts import queries as accounts
    from kesher.accounts import services as audit
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect
    from kesher.kernel.text import Text
    from kesher.segments import services

    found = accounts.get_workspace(slug=workspace)
    with connect("score") as conn:
        now = read_clock(conn)
        for file in files:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
            key = str(document.pop("score", file.stem))
            name = Text.from_dict(document.pop("name", key))
            saved = services.save_score_model(
                conn, workspace_id=found.id, key=key, name=name, definition=document, now=now
            )
            audit.record_audit(found.id, "kesher score apply", "segments.save_score", key, document, now, None)
            click.echo(f"{key}: revision {saved.revision}")

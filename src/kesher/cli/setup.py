"""`kesher migrate`, `kesher init`, `kesher source`: what is done once, or once per site."""

from __future__ import annotations

import click

from kesher.cli.session import with_database


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
@click.option("--restored", is_flag=True, help="The database came from another server's dump; Kesher must not run.")
@with_database
def migrate(quiet: bool, restored: bool) -> None:
    """Bring the database's tables up to date; safe to run while Kesher runs and by several at once."""
    from django.core.management import call_command

    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    with connect("migrate") as conn:
        # One migration at a time: a second one waits here and then finds nothing to do.
        conn.execute("SELECT pg_advisory_lock(hashtext('kesher migrate'))")
        call_command("migrate", verbosity=0 if quiet else 1, interactive=False)
        from kesher.events.services import ensure_partitions, rebase_log

        ensure_partitions(conn, now=read_clock(conn))
        if restored:
            # Transaction numbers start anew in another cluster; the log's are written over.
            rebase_log(conn)


@click.command()
@click.option("--workspace", "name", prompt="Name of the business", help="The first workspace.")
@click.option("--email", prompt="Your e-mail", help="The owner's address; it is also the user name.")
@click.password_option(help="The owner's password.")
@click.option("--language", type=click.Choice(["he", "en"]), default="he", show_default=True)
@click.option("--timezone", default="Asia/Jerusalem", show_default=True)
@with_database
def init(name: str, email: str, password: str, language: str, timezone: str) -> None:
    """Create the first workspace, its owner and a write key for the site."""
    from kesher.accounts import services as accounts
    from kesher.events import services as events
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    with connect("init") as conn:
        now = read_clock(conn)
        workspace = accounts.bootstrap(
            name=name, email=email, password=password, language=language, timezone=timezone, now=now
        )
        site = events.create_source(conn, workspace_id=workspace.id, name="Web site", now=now)
    click.echo(f"Workspace {workspace.slug} is ready. The write key of its site: {site.write_key}")


@click.group()
def source() -> None:
    """Sites, apps and tills that send events."""


@source.command("add")
@click.argument("workspace")
@click.argument("name")
@with_database
def add_source(workspace: str, name: str) -> None:
    """Make a write key for a new source of WORKSPACE."""
    from kesher.accounts import queries as accounts
    from kesher.events import services as events
    from kesher.kernel.clock import read_clock
    from kesher.kernel.db import connect

    with connect("source") as conn:
        found = accounts.get_workspace(slug=workspace)
        made = events.create_source(conn, workspace_id=found.id, name=name, now=read_clock(conn))
    click.echo(made.write_key)


@source.command("list")
@click.argument("workspace")
@with_database
def list_sources(workspace: str) -> None:
    """Show the sources of WORKSPACE and their write keys."""
    from kesher.accounts import queries as accounts
    from kesher.events import queries as events
    from kesher.kernel.db import connect

    with connect("source") as conn:
        found = accounts.get_workspace(slug=workspace)
        for each in events.list_sources(conn, workspace_id=found.id):
            click.echo(f"{each.write_key}  {each.name}{'' if each.enabled else '  (off)'}")

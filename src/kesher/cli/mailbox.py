"""`kesher mailbox`: the e-mails that the built-in capture mailbox received."""

from __future__ import annotations

import os
import sys

import click

from kesher.cli.session import set_up_django
from kesher.config.environment import environment


@click.group()
@click.option("--demo", is_flag=True, help="The demo’s mailbox, in data/demo.")
def mailbox(demo: bool) -> None:
    """Look at captured e-mails (when no SMTP server is configured)."""
    if demo:
        from kesher.cli.demo.installation import choose_folder

        os.environ["KESHER_DATA_DIR"] = str(choose_folder())
        environment.cache_clear()
    set_up_django()


@mailbox.command("list")
@click.option("--limit", default=20, show_default=True, help="How many, newest first.")
def list_messages(limit: int) -> None:
    """List what arrived, newest first."""
    from kesher.messaging import queries

    for message in queries.list_captured(limit=limit):
        when = f"{message.captured_at:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{message.key}  {when}  {message.recipient}  {message.subject}")


@mailbox.command("show")
@click.argument("message_id", required=False)
@click.option("--html", is_flag=True, help="Print the HTML part instead of the text part.")
def show_message(message_id: str | None, html: bool) -> None:
    """Show one message (the newest when none is named)."""
    from kesher.messaging import queries

    newest = queries.list_captured(limit=1)
    if message_id is None and not newest:
        click.echo("The mailbox is empty.", err=True)
        sys.exit(1)
    message = queries.get_captured(message_id or newest[0].key)
    for name, value in message.headers:
        click.echo(f"{name}: {value}")
    click.echo()
    click.echo(message.html if html else message.text)

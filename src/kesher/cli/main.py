"""The commands, each loaded only when it is called."""

from __future__ import annotations

import importlib

import click

from kesher import __version__

COMMANDS = {
    "coupon": "kesher.cli.coupon:coupon",
    "demo": "kesher.cli.demo.command:demo",
    "doctor": "kesher.cli.doctor:doctor",
    "init": "kesher.cli.setup:init",
    "journey": "kesher.cli.journey:journey",
    "mailbox": "kesher.cli.mailbox:mailbox",
    "migrate": "kesher.cli.setup:migrate",
    "person": "kesher.cli.person:person",
    "recipe": "kesher.cli.recipe:recipe",
    "run": "kesher.cli.process:run",
    "score": "kesher.cli.score:score",
    "segment": "kesher.cli.segment:segment",
    "serve": "kesher.cli.process:serve",
    "source": "kesher.cli.setup:source",
    "why": "kesher.cli.why:why",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="kesher")
def cli() -> None:
    """Kesher (קשר): from an event to the right message, in real time, in Hebrew and English."""

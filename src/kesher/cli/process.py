"""`kesher serve`, and `kesher run <process>`, which it starts."""

from __future__ import annotations

import os
import subprocess
import sys

import click

from kesher.cli.session import set_up_django, told_in_words
from kesher.config.environment import environment
from kesher.config.lifecycle import die_with_parent, keep_what_is_loaded, stop_event
from kesher.config.logs import configure_logs


def process_names() -> tuple[str, ...]:
    """The processes of this installation; the mailbox only stands in for a real SMTP server. Several senders share the
    messages: at the gate each takes its turn, and each has a journal of its own."""
    senders = ("sender",) * environment().senders
    names = ("web", "collector", "engine", *senders, "jobs")
    return names if environment().smtp_url else ("mailbox", *names)


@click.command()
def serve() -> None:
    """Run everything under one supervisor until Ctrl-C."""
    from kesher.config.supervisor import AlreadyRunning, Supervisor

    configure_logs("supervisor")
    env = environment()

    def ready() -> None:
        click.echo(f"Kesher is starting on {env.base_url}  (collector: http://{env.host}:{env.collector_port})")

    try:
        with told_in_words():
            Supervisor(env, process_names(), on_ready=ready).run()
    except subprocess.CalledProcessError:
        sys.exit(1)  # `kesher migrate` has said why
    except AlreadyRunning as error:
        click.echo(f"Kesher already runs on {env.data_dir} (process {error}).", err=True)
        sys.exit(1)


@click.command()
@click.argument("name", type=click.Choice(["web", "collector", "engine", "sender", "jobs", "mailbox"]))
def run(name: str) -> None:
    """Run one process in the foreground (its supervisor's work; useful under systemd or in containers)."""
    die_with_parent()
    configure_logs(name)
    _PROCESSES[name]()


def _web() -> None:
    os.environ.setdefault("KESHER_DATABASE_POOL", "10")
    environment.cache_clear()
    set_up_django()
    from kesher.config.asgi import create_application
    from kesher.config.web import serve as serve_http

    application = create_application()
    keep_what_is_loaded()
    serve_http(application, host=environment().host, port=environment().port, on_stop=application.end_streams)


def _collector() -> None:
    set_up_django()
    from kesher.config.web import serve as serve_http
    from kesher.events.collector.app import create_collector

    application = create_collector()
    keep_what_is_loaded()
    serve_http(application, host=environment().host, port=environment().collector_port)


def _engine() -> None:
    set_up_django()
    from kesher.config.engine import run_engine

    keep_what_is_loaded()
    run_engine(stop_event())


def _sender() -> None:
    set_up_django()
    from kesher.messaging import sender

    keep_what_is_loaded()
    sender.run(stop_event())


def _jobs() -> None:
    set_up_django()
    from kesher.config.jobs import run_jobs

    run_jobs()


def _mailbox() -> None:
    from kesher.messaging import capture

    env = environment()
    capture.serve(folder=env.data_dir / "mailbox", port=env.mailbox_port, stop=stop_event())


_PROCESSES = {
    "web": _web,
    "collector": _collector,
    "engine": _engine,
    "sender": _sender,
    "jobs": _jobs,
    "mailbox": _mailbox,
}

"""The demo's own installation: its data folder, its ports, and the supervisor that runs it in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kesher.cli.demo.errors import NotOurs, NotStarted
from kesher.config import postgres
from kesher.config.environment import Environment, environment
from kesher.config.lifecycle import die_with_parent
from kesher.config.supervisor import hold_folder
from kesher.kernel.db import Conn

LOG_FILE = "kesher.log"
START_SECONDS = 120.0
STOP_SECONDS = 30.0
_PORTS = {"KESHER_PORT": 8000, "KESHER_COLLECTOR_PORT": 8001, "KESHER_MAILBOX_PORT": 8025}


_MARK = "made-by-kesher-demo"
"""A folder without this file is somebody's, and is never emptied."""


def choose_folder() -> Path:
    """`demo` inside the data folder, so that the demo never touches an installation of yours."""
    return Path(os.environ.get("KESHER_DATA_DIR", "data")).expanduser().resolve() / "demo"


def prepare_environment(folder: Path) -> Environment:
    """Point this process and those it starts at the demo's folder, with ports that are free."""
    os.environ["KESHER_DATA_DIR"] = str(folder)
    os.environ["KESHER_DEMO"] = "1"
    for name, port in _PORTS.items():
        if name not in os.environ:
            os.environ[name] = str(_free_port(port))
    environment.cache_clear()
    return environment()


def empty_folder(folder: Path) -> None:
    """Remove what an earlier demo left; AlreadyRunning when one runs there now, NotOurs when it is not a demo's."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise NotOurs(folder)
        hold_folder(folder).close()
        postgres.stop(folder / "postgres")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


@contextmanager
def running(env: Environment) -> Iterator[subprocess.Popen[bytes]]:
    """`kesher serve` in a session of its own, answering; stopped cleanly afterwards, also when this process dies."""
    with (env.data_dir / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kesher.cli", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    try:
        _await_answers(env, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def connect_here(env: Environment) -> None:
    """Set up Django in this process on the running installation's database."""
    if env.database_url is None:
        url = postgres.running_url(env.data_dir / "postgres")
        if url is None:
            raise NotStarted("the embedded PostgreSQL does not run")
        os.environ["DATABASE_URL"] = url
        environment.cache_clear()
    from kesher.cli.session import set_up_django

    set_up_django()


@contextmanager
def not_waiting_for_disk(conn: Conn, env: Environment) -> Iterator[None]:
    """Let the embedded PostgreSQL answer a commit before the disk has it, while a year goes by: what a power failure
    would cost can be replayed. On one's own server nothing is changed."""
    if env.database_url is not None:
        yield
        return
    conn.execute("ALTER SYSTEM SET synchronous_commit = off")
    conn.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        conn.execute("ALTER SYSTEM RESET synchronous_commit")
        conn.execute("SELECT pg_reload_conf()")


def _await_answers(env: Environment, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    for url in (f"http://{env.host}:{env.port}/readyz", f"http://{env.host}:{env.collector_port}/healthz"):
        while not _answers(url):
            if process.poll() is not None:
                raise NotStarted(_last_line(env.data_dir / LOG_FILE))
            if time.monotonic() > deadline:
                raise NotStarted(f"{url} does not answer")
            time.sleep(0.1)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it ended without a word"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address, built above
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
            click.echo(f"Port {wanted} is taken; using {probe.getsockname()[1]}.", err=True)
        port: int = probe.getsockname()[1]
    return port

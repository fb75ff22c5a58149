"""`kesher serve`: one parent that starts the database and Kesher's processes, restarts what dies, and stops cleanly.

The parent imports neither Django nor any room, so it stays small and nothing it supervises can take it down.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import structlog

from kesher.config import postgres
from kesher.config.environment import Environment

log = structlog.get_logger("kesher.supervisor")

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 10.0
STOP_SECONDS = 15.0


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this data folder."""


@dataclass(slots=True)
class Child:
    """One supervised process and when it may be started again."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    not_before: float = 0.0

    def start(self, env: dict[str, str]) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the parent alone."""
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "kesher.cli", "run", self.name],
            env=env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def reap(self) -> bool:
        """True when the process has just been found dead; sets when to start it again."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        if now - self.started_at > HEALTHY_AFTER_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        log.error("process died", child=self.name, status=self.process.returncode, restart_in_seconds=self.pause)
        self.not_before = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.process = None
        return True


@dataclass(slots=True)
class Supervisor:
    """The processes of one data folder."""

    env: Environment
    names: tuple[str, ...]
    on_ready: Callable[[], None] = lambda: None
    _children: list[Child] = field(default_factory=list)
    _stopping: bool = False
    _lock: IO[str] | None = None
    _child_env: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Start everything and stay until SIGTERM or SIGINT; the caller's `on_ready` runs once all are started."""
        self._lock = hold_folder(self.env.data_dir)
        wake = self._wake_on_signals()
        try:
            self._child_env = {**os.environ, "DATABASE_URL": self._start_database()}
            self._migrate()
            self._children = [Child(name) for name in self.names]
            self._start_due()
            self.on_ready()
            self._watch(wake)
        finally:
            self.stop()

    def request_stop(self) -> None:
        """Make `run` return soon; also what the signals do."""
        self._stopping = True

    def _start_database(self) -> str:
        if self.env.database_url is not None:
            return self.env.database_url
        return postgres.start(self.env.data_dir / "postgres")

    def _migrate(self) -> None:
        subprocess.run([sys.executable, "-m", "kesher.cli", "migrate", "--quiet"], env=self._child_env, check=True)

    def _wake_on_signals(self) -> socket.socket:
        receiver, sender = socket.socketpair()
        for end in (receiver, sender):
            end.setblocking(False)
        signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.request_stop())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._sender = sender
        return receiver

    _sender: socket.socket | None = None

    def _watch(self, wake: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ)
            while not self._stopping:
                if selector.select(timeout=self._seconds_to_next_start()):
                    wake.recv(4096)
                self._revive_database()
                for child in self._children:
                    child.reap()
                self._start_due()

    def _seconds_to_next_start(self) -> float:
        waiting = [child.not_before for child in self._children if child.process is None]
        return max(0.0, min([*waiting, time.monotonic() + 5.0]) - time.monotonic())

    def _start_due(self) -> None:
        for child in self._children:
            if child.process is None and child.not_before <= time.monotonic() and not self._stopping:
                child.start(self._child_env)

    def _revive_database(self) -> None:
        folder = self.env.data_dir / "postgres"
        if self.env.database_url is None and postgres.running_url(folder) is None and not self._stopping:
            log.error("the embedded PostgreSQL died; starting it again")
            try:
                self._child_env["DATABASE_URL"] = postgres.start(folder)
            except Exception:
                log.exception("the embedded PostgreSQL did not start; trying again")

    def stop(self) -> None:
        """Ask every process to finish, insist after a while, then stop the embedded database."""
        self._stopping = True
        living = [child.process for child in self._children if child.process is not None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in living:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.env.database_url is None:
            postgres.stop(self.env.data_dir / "postgres")
        if self._lock is not None:
            self._lock.close()


def hold_folder(folder: Path) -> IO[str]:
    """Lock a data folder for this process; AlreadyRunning when another one has it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "kesher.pid").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip()
        file.close()
        raise AlreadyRunning(pid) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file

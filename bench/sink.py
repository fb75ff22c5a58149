"""An SMTP server that takes everything at once and only remembers what arrived when: the mail server of the benchmarks.

A process of its own, without asyncio, so that it takes as little of the machine as it can: what it uses, the sender has
not. It pipelines, and writes one record for each message (the number in its Message-ID and the time of
its 250) to a file as it comes, so that it may be read while it runs.
"""

from __future__ import annotations

import argparse
import selectors
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_RECORD = struct.Struct("<Qd")
_END = b"\r\n.\r\n"
_ID = b"Message-ID: <kesher."
_FLUSH_SECONDS = 0.2
_BUFFER_BYTES = 1 << 20
"""Of a connection: more than one message and what is pipelined behind it."""
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"


class Line:
    """One connection; commands are known by their first letter, answers go out together."""

    def __init__(self, connection: socket.socket, record: bytearray) -> None:
        self._connection = connection
        self._record = record
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._in_data = False
        connection.sendall(b"220 sink\r\n")

    def read(self) -> bool:
        """Take what has come and answer whatever is complete; False when the other side left."""
        count = self._connection.recv_into(self._view[self._filled :])
        # What ends a text may have come in two pieces.
        position, searched = 0, max(0, self._filled - len(_END))
        self._filled += count
        answers: list[bytes] = []
        while True:
            if self._in_data:
                # From behind: nothing but a few commands can follow the one text that was asked for.
                end = self._buffer.rfind(_END, searched, self._filled)
                if end < 0:
                    break
                self._take(position, end)
                answers.append(b"250 2.0.0 taken\r\n")
                position = searched = end + len(_END)
                self._in_data = False
            end = self._buffer.find(b"\r\n", position, self._filled)
            if end < 0:
                break
            answers.append(self._answer(self._buffer[position]))
            position = searched = end + 2
        self._keep(position)
        if answers:
            self._connection.sendall(b"".join(answers))
        return count > 0

    def close(self) -> None:
        """The other side left."""
        self._connection.close()

    def _keep(self, position: int) -> None:
        """What is not complete goes to the beginning of the buffer."""
        rest = self._filled - position
        if position:
            self._buffer[:rest] = self._buffer[position : self._filled]
        self._filled = rest

    def _answer(self, verb: int) -> bytes:
        if verb in b"MRmr":
            return b"250 2.1.0 ok\r\n"
        if verb in b"Dd":
            self._in_data = True
            return b"354 go on\r\n"
        return b"" if verb in b"Qq" else _EHLO

    def _take(self, start: int, end: int) -> None:
        at = self._buffer.find(_ID, start, end)
        number = int(self._buffer[at + len(_ID) : self._buffer.index(b".", at + len(_ID))]) if at >= 0 else 0
        self._record += _RECORD.pack(number, time.time())


def _serve(record_path: Path) -> None:
    record = bytearray()
    selector = selectors.DefaultSelector()
    with socket.create_server(("127.0.0.1", 0)) as server, record_path.open("ab", buffering=0) as file:
        selector.register(server, selectors.EVENT_READ)
        print(server.getsockname()[1], flush=True)
        flushed_at = time.monotonic()
        while True:
            for key, _ in selector.select(_FLUSH_SECONDS):
                if key.data is None:
                    connection = server.accept()[0]
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    selector.register(connection, selectors.EVENT_READ, Line(connection, record))
                elif not key.data.read():
                    selector.unregister(key.fileobj)
                    key.data.close()
            if record and time.monotonic() - flushed_at > _FLUSH_SECONDS:
                file.write(record)
                record.clear()
                flushed_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class Sink:
    """A running sink."""

    port: int
    process: subprocess.Popen[str]
    record: Path

    def arrivals(self) -> dict[int, list[float]]:
        """When each message arrived, by its number in the ledger; the times are those of `time.time()`."""
        time.sleep(2 * _FLUSH_SECONDS)
        found: dict[int, list[float]] = {}
        for number, at in _RECORD.iter_unpack(self._whole()):
            found.setdefault(number, []).append(at)
        return found

    def count(self) -> int:
        """How many messages arrived."""
        return self.record.stat().st_size // _RECORD.size

    def cpu_seconds(self) -> float:
        """What it cost so far."""
        used = psutil.Process(self.process.pid).cpu_times()
        return float(used.user + used.system)

    def _whole(self) -> bytes:
        content = self.record.read_bytes()
        return content[: len(content) // _RECORD.size * _RECORD.size]


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Start a sink on a free loopback port; stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="kesher-sink-") as folder:
        record = Path(folder) / "record"
        record.touch()
        command = [sys.executable, "-m", "bench.sink", str(record)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield Sink(int(process.stdout.readline()), process, record)
            finally:
                process.terminate()
                process.wait(10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.sink")
    parser.add_argument("record", type=Path, help="the file to which arrivals are written")
    _serve(parser.parse_args().record)

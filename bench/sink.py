"""An SMTP server that takes everything at once and only remembers what arrived when: the mail server of the benchmarks.

A process of its own. It pipelines, and writes one record for each message (the number in its Message-ID and the time of
its 250) to a file as it comes, so that it may be read while it runs.
"""

from __future__ import annotations

import argparse
import asyncio
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
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"


class SinkProtocol(asyncio.Protocol):
    """One connection; commands are known by their first letter, answers go out together."""

    def __init__(self, record: bytearray) -> None:
        self._record = record
        self._rest = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer whatever is complete."""
        if self._rest:
            data = self._rest + data
        position = 0
        answers: list[bytes] = []
        while True:
            if self._in_data:
                # From behind: nothing but a few commands can follow the one text that was asked for.
                end = data.rfind(_END, position)
                if end < 0:
                    break
                self._take(data, position, end)
                answers.append(b"250 2.0.0 taken\r\n")
                position = end + len(_END)
                self._in_data = False
            end = data.find(b"\r\n", position)
            if end < 0:
                break
            answers.append(self._answer(data[position : position + 1]))
            position = end + 2
        self._rest = data[position:]
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, verb: bytes) -> bytes:
        if verb in b"MRmr":
            return b"250 2.1.0 ok\r\n"
        if verb in b"Dd":
            self._in_data = True
            return b"354 go on\r\n"
        if verb in b"Qq":
            self._transport.close()
            return b""
        return _EHLO

    def _take(self, data: bytes, start: int, end: int) -> None:
        at = data.find(_ID, start, end)
        number = int(data[at + len(_ID) : data.index(b".", at + len(_ID))]) if at >= 0 else 0
        self._record += _RECORD.pack(number, time.time())


async def _serve(record_path: Path) -> None:
    record = bytearray()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SinkProtocol(record), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    with record_path.open("ab", buffering=0) as file:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            if record:
                file.write(record)
                record.clear()


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
    asyncio.run(_serve(parser.parse_args().record))

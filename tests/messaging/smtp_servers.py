"""SMTP servers for tests: one that answers as a script says and may hang up at any point, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG_UP = b"hang up"


@dataclass
class Script:
    """What the server answers at each step; a step may answer several times in turn, then as usual.

    Steps: greeting, EHLO, AUTH, MAIL, RCPT, DATA, END, RSET. `HANG_UP` closes the connection instead of answering.
    """

    answers: dict[str, list[bytes]] = field(default_factory=dict)
    extensions: tuple[bytes, ...] = (b"PIPELINING", b"SIZE 10000000", b"8BITMIME", b"SMTPUTF8")
    refuse: Callable[[str], bytes | None] = lambda address: None
    commands: list[bytes] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    writes: list[bytes] = field(default_factory=list)
    connections: int = 0

    def next_answer(self, step: str, usual: bytes) -> bytes:
        queued = self.answers.get(step)
        return queued.pop(0) if queued else usual


class ScriptedProtocol(asyncio.Protocol):
    def __init__(self, script: Script) -> None:
        self.script = script
        self.rest = b""
        self.in_data = False
        self.accepted = False
        self.open = False  # a transaction: MAIL was accepted, and neither its end nor RSET has come

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.script.connections += 1
        self.answer("greeting", b"220 test.example ESMTP")

    def answer(self, step: str, usual: bytes) -> None:
        self.say(self.script.next_answer(step, usual))

    def say(self, said: bytes) -> None:
        if said == HANG_UP:
            self.transport.abort()
        else:
            self.transport.write(said + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.script.writes.append(data)
        self.rest += data
        while not self.transport.is_closing():
            if self.in_data:
                end = b"\r\n.\r\n"
                start = 0
                if self.rest.startswith(b".\r\n"):
                    content, self.rest = b"", self.rest[3:]
                elif (start := self.rest.find(end)) >= 0:
                    content, self.rest = self.rest[: start + 2], self.rest[start + len(end) :]
                else:
                    return
                self.in_data = self.open = False
                stuffed = (b"\r\n" + content).replace(b"\r\n..", b"\r\n.")
                self.script.messages.append(stuffed.removeprefix(b"\r\n"))
                self.answer("END", b"250 2.0.0 taken")
                continue
            line, found, rest = self.rest.partition(b"\r\n")
            if not found:
                return
            self.rest = rest
            self.command(line)

    def command(self, line: bytes) -> None:
        self.script.commands.append(line)
        verb = line.split(b" ")[0].split(b":")[0].upper()
        if verb == b"EHLO":
            lines = [b"test.example", *self.script.extensions]
            usual = b"\r\n".join(
                b"250" + (b" " if i == len(lines) - 1 else b"-") + text for i, text in enumerate(lines)
            )
            self.answer("EHLO", usual)
        elif verb == b"MAIL":
            self.accepted = False
            said = self.script.next_answer("MAIL", b"503 5.5.1 nested MAIL" if self.open else b"250 2.1.0 ok")
            self.open = self.open or said.startswith(b"2")
            self.say(said)
        elif verb == b"RCPT":
            address = line.partition(b"<")[2].partition(b">")[0].decode()
            said = self.script.next_answer("RCPT", self.script.refuse(address) or b"250 2.1.5 ok")
            self.accepted = said.startswith(b"2")
            self.say(said)
        elif verb == b"DATA":
            usual = b"354 go on" if self.accepted else b"554 5.5.1 no valid recipients"
            said = self.script.next_answer("DATA", usual)
            self.in_data = said.startswith(b"354")
            self.say(said)
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.open = self.open and verb != b"RSET"
            self.answer(verb.decode(), b"250 ok")


@contextmanager
def serving(factory: Callable[[], asyncio.BaseProtocol]) -> Iterator[int]:
    """Run a server on a free loopback port in a thread; gives the port."""
    loop = asyncio.new_event_loop()
    started = threading.Event()
    ports: list[int] = []
    spoken: list[asyncio.BaseProtocol] = []

    def speak() -> asyncio.BaseProtocol:
        spoken.append(factory())
        return spoken[-1]

    async def start() -> asyncio.Server:
        server = await loop.create_server(speak, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        started.set()
        return server

    async def finish(server: asyncio.Server) -> None:
        server.close()
        for protocol in spoken:
            transport = getattr(protocol, "transport", None)
            if transport is not None and not transport.is_closing():
                transport.abort()
        tasks = asyncio.all_tasks(loop) - {asyncio.current_task(loop)}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def work() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(finish(server))
        loop.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@contextmanager
def scripted(script: Script) -> Iterator[int]:
    """Serve a script."""
    with serving(lambda: ScriptedProtocol(script)) as port:
        yield port


@contextmanager
def refusing() -> Iterator[int]:
    """A port that is taken and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]

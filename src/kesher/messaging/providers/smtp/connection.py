"""One SMTP connection: a handshake, then messages one after the other, pipelined where the server offers it.

With PIPELINING (RFC 2920) a message costs one write and one answer: the text of a message leaves together with the
MAIL, RCPT and DATA of the next one.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import Callable
from typing import Any

from kesher.messaging.providers.smtp.options import SmtpOptions
from kesher.messaging.providers.smtp.replies import Reply, ReplyMalformed, ReplyReader
from kesher.messaging.transport import Answer, Envelope, Outlet, Stage

_CLOSING = 421


class HandshakeFailed(Exception):
    """The server could not be reached or did not let us in."""


class _Delivery:
    """A message on its way through MAIL, RCPT, DATA and its text; `refused` is the first no."""

    __slots__ = ("begun", "envelope", "opened", "refused")

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.refused: Answer | None = None
        self.opened = False
        self.begun = False


_Handler = Callable[[Reply, Any], None]


class SmtpConnection(asyncio.Protocol):
    """Takes envelopes from an outlet and reports each exactly once, whatever the server does."""

    def __init__(self, options: SmtpOptions, outlet: Outlet, on_lost: Callable[[SmtpConnection], None]) -> None:
        self.proven = False  # whether the server has ever answered about a message
        self.error = "the connection was closed"
        self._options = options
        self._outlet = outlet
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reader = ReplyReader()
        self._waiting: deque[tuple[_Handler, Any]] = deque()
        self._unsent: deque[tuple[bytes, _Handler, Any]] = deque()
        self._extensions: dict[str, str] = {}
        self._pipelining = False
        self._eight_bit = False
        self._must_reset = False
        self._under_way = 0
        self._ready = False
        self._leaving = False
        self._active_at = self._loop.time()
        self._watch: asyncio.TimerHandle | None = None
        self._closed = self._loop.create_future()

    # The handshake.

    async def open(self) -> None:
        """Connect, say hello, encrypt and sign in as the options say; HandshakeFailed otherwise."""
        options = self._options
        try:
            async with asyncio.timeout(options.connect_seconds):
                context = options.tls_context() if options.tls == "implicit" else None
                greeting = self._expect()
                await self._loop.create_connection(
                    lambda: self,
                    options.host,
                    options.port,
                    ssl=context,
                    server_hostname=options.host if context else None,
                )
                _require(await greeting, 220)
                await self._hello()
                await self._encrypt()
                await self._sign_in()
        except (OSError, TimeoutError, HandshakeFailed) as error:
            self.abort(str(error) or type(error).__name__)
            raise HandshakeFailed(f"{options.host}:{options.port}: {error or type(error).__name__}") from error
        self._ready = True
        self._watch = self._loop.call_later(5, self._look)

    async def _hello(self) -> None:
        reply = await self._ask(f"EHLO {self._options.hello}")
        if reply.code == 250:
            words = [line.partition(" ") for line in reply.lines[1:]]
            self._extensions = {word.upper(): rest for word, _, rest in words}
        else:
            _require(await self._ask(f"HELO {self._options.hello}"), 250)
            self._extensions = {}
        self._pipelining = "PIPELINING" in self._extensions
        self._eight_bit = "8BITMIME" in self._extensions

    async def _encrypt(self) -> None:
        options = self._options
        offered = "STARTTLS" in self._extensions
        if options.tls == "starttls" and not offered:
            raise HandshakeFailed("the server does not offer STARTTLS")
        if not offered or options.tls not in ("auto", "starttls"):
            return
        _require(await self._ask("STARTTLS"), 220)
        assert self._transport is not None
        # Whatever was sent in the clear after the answer must not be taken for something said under TLS.
        self._reader = ReplyReader()
        transport = await self._loop.start_tls(
            self._transport, self, options.tls_context(), server_hostname=options.host
        )
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        await self._hello()

    async def _sign_in(self) -> None:
        user, password = self._options.username, self._options.password or ""
        if user is None:
            return
        methods = self._extensions.get("AUTH", "").upper().split()
        if "PLAIN" in methods:
            reply = await self._ask("AUTH PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in methods:
            _require(await self._ask("AUTH LOGIN"), 334)
            _require(await self._ask(_base64(user)), 334)
            reply = await self._ask(_base64(password))
        else:
            raise HandshakeFailed("the server offers neither AUTH PLAIN nor AUTH LOGIN")
        _require(reply, 235)

    def _expect(self) -> asyncio.Future[Reply]:
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._waiting.append((_resolve, future))
        return future

    async def _ask(self, command: str) -> Reply:
        assert self._transport is not None
        future = self._expect()
        self._transport.write(command.encode("ascii") + b"\r\n")
        return await future

    # Messages.

    @property
    def idle(self) -> bool:
        """Whether it could take a message at once."""
        return self._ready and self._under_way == 0

    def pump(self) -> None:
        """Take a message if none is under way."""
        if self._ready and not self._leaving and self._under_way == 0:
            steps = self._next_steps()
            if steps:
                self._send(steps)

    def _next_steps(self) -> list[tuple[bytes, _Handler, Any]]:
        """The commands that begin the next message; empty when there is none."""
        while (envelope := self._outlet.take(eight_bit=self._eight_bit)) is not None:
            refusal = self._refusal(envelope)
            if refusal is None:
                break
            self._outlet.report(envelope, refusal)
        else:
            return []
        delivery = _Delivery(envelope)
        self._under_way += 1
        steps: list[tuple[bytes, _Handler, Any]] = []
        if self._must_reset:
            self._must_reset = False
            steps.append((b"RSET\r\n", self._on_reset, None))
        steps.append((self._mail_from(envelope), self._on_mail, delivery))
        steps.append((f"RCPT TO:<{envelope.recipient}>\r\n".encode(), self._on_rcpt, delivery))
        steps.append((b"DATA\r\n", self._on_data, delivery))
        return steps

    def _refusal(self, envelope: Envelope) -> Answer | None:
        """What the server has said it would not take, answered without asking."""
        if envelope.utf8 and "SMTPUTF8" not in self._extensions:
            return Answer(553, "5.6.7 the server takes no addresses beyond ASCII", Stage.RECIPIENT)
        most = self._extensions.get("SIZE", "")
        if most.isdigit() and 0 < int(most) < len(envelope.content):
            return Answer(552, f"5.3.4 larger than the {most} bytes that the server takes", Stage.SENDER)
        return None

    def _mail_from(self, envelope: Envelope) -> bytes:
        command = f"MAIL FROM:<{envelope.sender}>"
        if "SIZE" in self._extensions:
            command += f" SIZE={len(envelope.content)}"
        if envelope.eight_bit or envelope.utf8:
            command += " BODY=8BITMIME"
        if envelope.utf8:
            command += " SMTPUTF8"
        return f"{command}\r\n".encode()

    def _send(self, steps: list[tuple[bytes, _Handler, Any]], before: tuple[bytes, ...] = ()) -> None:
        """Write the steps: all at once when the server pipelines, else one for each answer."""
        assert self._transport is not None
        self._active_at = self._loop.time()
        if self._pipelining:
            self._waiting.extend((handler, delivery) for _, handler, delivery in steps)
            self._transport.write(b"".join((*before, *(command for command, _, _ in steps))))
            return
        if before:
            self._transport.write(b"".join(before))
        self._unsent.extend(steps)
        self._send_one()

    def _send_one(self) -> None:
        if self._unsent and not self._waiting and self._transport is not None:
            command, handler, delivery = self._unsent.popleft()
            self._waiting.append((handler, delivery))
            self._transport.write(command)

    def _on_reset(self, reply: Reply, delivery: None) -> None:
        if reply.code != 250:
            self.abort(f"RSET answered {reply.code} {reply.text}")

    def _on_mail(self, reply: Reply, delivery: _Delivery) -> None:
        delivery.opened = reply.code == 250
        if not delivery.opened:
            stage = Stage.CONNECTION if reply.code == _CLOSING else Stage.SENDER
            delivery.refused = Answer(reply.code, reply.text, stage)

    def _on_rcpt(self, reply: Reply, delivery: _Delivery) -> None:
        if reply.code not in (250, 251, 252) and delivery.refused is None:
            stage = Stage.CONNECTION if reply.code == _CLOSING else Stage.RECIPIENT
            delivery.refused = Answer(reply.code, reply.text, stage)

    def _on_data(self, reply: Reply, delivery: _Delivery) -> None:
        if reply.code == 354 and delivery.refused is None:
            self._send_text(delivery)
        elif reply.code == 354:
            # It wants a text although it refused the recipient (RFC 2920, 3.1): an empty one ends the matter.
            self._send([(b".\r\n", self._on_empty, delivery)])
        else:
            if delivery.refused is None:
                delivery.refused = Answer(reply.code, reply.text, Stage.CONTENT)
            self._must_reset = delivery.opened
            self._finish(delivery, delivery.refused)

    def _send_text(self, delivery: _Delivery) -> None:
        content = _stuffed(delivery.envelope.content)
        self._outlet.begin(delivery.envelope)
        delivery.begun = True
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        self._waiting.append((self._on_end, delivery))
        following = self._next_steps() if self._pipelining and not self._leaving else []
        self._send(following, before=(content, end))

    def _on_end(self, reply: Reply, delivery: _Delivery) -> None:
        self._finish(delivery, Answer(reply.code, reply.text, Stage.END))

    def _on_empty(self, reply: Reply, delivery: _Delivery) -> None:
        assert delivery.refused is not None
        self._finish(delivery, delivery.refused)

    def _finish(self, delivery: _Delivery, answer: Answer) -> None:
        self._under_way -= 1
        self.proven = self.proven or answer.code != _CLOSING
        self._outlet.report(delivery.envelope, answer)
        if answer.code == _CLOSING:
            self.abort(f"the server is closing: {answer.text}")
        elif self._leaving:
            self._quit_when_done()
        else:
            self.pump()

    # The end.

    async def close(self) -> None:
        """Finish what is under way, take nothing more, say goodbye."""
        self._leaving = True
        self._quit_when_done()
        await self._closed

    def _quit_when_done(self) -> None:
        if self._under_way == 0 and self._transport is not None:
            self._transport.write(b"QUIT\r\n")
            self._transport.close()
            self._ready = False

    def abort(self, why: str) -> None:
        """Cut the connection; what was under way is reported as it stands."""
        self.error = why
        self._ready = False
        if self._closed.done():
            return
        if self._transport is not None:
            self._transport.abort()
        else:
            self.connection_lost(None)

    def _look(self) -> None:
        """Every few seconds: has the server fallen silent, or have we?"""
        quiet = self._loop.time() - self._active_at
        self._watch = self._loop.call_later(5, self._look)
        if self._under_way == 0:
            if quiet > self._options.idle_seconds:
                self._leaving = True
                self._quit_when_done()
        elif quiet > (self._options.final_seconds if self._awaits_end() else self._options.command_seconds):
            self.abort("the server did not answer in time")

    def _awaits_end(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] == self._on_end

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._active_at = self._loop.time()
        try:
            for reply in self._reader.feed(data):
                if not self._waiting:
                    # Said unasked: only a goodbye is (RFC 5321, 3.8).
                    self.abort(f"the server said {reply.code} {reply.text}")
                    return
                handler, delivery = self._waiting.popleft()
                handler(reply, delivery)
                if self._transport is None or self._transport.is_closing():
                    return
                if not self._pipelining:
                    self._send_one()
        except ReplyMalformed as error:
            self.abort(str(error))

    def connection_lost(self, error: Exception | None) -> None:
        if self._closed.done():
            return
        self._closed.set_result(None)
        self._ready = False
        if self._watch is not None:
            self._watch.cancel()
        self.error = why = str(error or self.error)[:500]
        lost = {id(d): d for _, d in self._waiting if isinstance(d, _Delivery)}
        lost.update((id(d), d) for _, _, d in self._unsent if isinstance(d, _Delivery))
        for _, future in self._waiting:
            if isinstance(future, asyncio.Future) and not future.done():
                future.set_exception(HandshakeFailed(why))
        self._waiting.clear()
        self._unsent.clear()
        for delivery in lost.values():
            self._report_lost(delivery, why)
        self._on_lost(self)

    def _report_lost(self, delivery: _Delivery, why: str) -> None:
        self._under_way -= 1
        lost = Answer(0, why, Stage.END if delivery.begun else Stage.CONNECTION)
        self._outlet.report(delivery.envelope, delivery.refused or lost)


def _stuffed(content: bytes) -> bytes:
    """The text with a second dot where a line begins with one (RFC 5321, 4.5.2).

    From dot to dot: they are rare, and to search 20 kB for a pair of bytes would take 20 µs instead of 2 to 8.
    """
    parts: list[bytes] = []
    position = 0
    at = content.find(b".")
    while at >= 0:
        if at == 0 or content[at - 1] == 10:
            parts.append(content[position:at])
            position = at
        at = content.find(b".", at + 1)
    return b".".join((*parts, content[position:])) if parts else content


def _resolve(reply: Reply, future: asyncio.Future[Reply]) -> None:
    if not future.done():
        future.set_result(reply)


def _require(reply: Reply, code: int) -> None:
    if reply.code != code:
        raise HandshakeFailed(f"{reply.code} {reply.text}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")

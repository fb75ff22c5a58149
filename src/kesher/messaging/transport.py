"""Between the sender and a provider: envelopes out, answers back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec


@dataclass(slots=True)
class Envelope:
    """A message ready to be handed over. `utf8` when an address needs SMTPUTF8 (RFC 6531), `eight_bit` when the text
    needs 8BITMIME (RFC 6152)."""

    message_id: int
    sender: str
    recipient: str
    content: bytes
    utf8: bool = False
    eight_bit: bool = False


class Stage(StrEnum):
    """How far the hand-over had come when the answer was given."""

    CONNECTION = "connection"
    """No word was said about this message: it is not its fault, and it was certainly not accepted."""
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    """Before the message's text left: certainly not accepted."""
    END = "end"
    """The answer that decides; lost, nobody can know whether the server took the message."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What a server said, or `code` 0 when the connection broke."""

    code: int
    text: str
    stage: Stage

    @property
    def unknown(self) -> bool:
        """Whether the message may have been accepted although nobody said so."""
        return self.code == 0 and self.stage is Stage.END


class Outlet(Protocol):
    """Where a transport takes its envelopes and reports what became of them."""

    def take(self, *, eight_bit: bool) -> Envelope | None:
        """The next envelope, or None when there is none that may leave now; the transport is then woken later.
        `eight_bit`: whether this server takes text beyond ASCII as it is."""

    def waiting(self) -> int:
        """How many could be taken now."""

    def begin(self, envelope: Envelope) -> None:
        """Called just before the text of a message leaves: from here its fate may become unknown."""

    def report(self, envelope: Envelope, answer: Answer) -> None:
        """What became of an envelope; exactly once for each that was taken."""

    def fail(self, reason: str, retry_after_seconds: float) -> None:
        """The provider cannot be reached or refuses the account; nothing is offered until then."""


class Transport(Protocol):
    """A provider's way out; lives on one event loop."""

    def wake(self) -> None:
        """There is something to take."""

    async def close(self) -> None:
        """Finish what is in flight, take nothing more, and leave politely."""

    def abort(self) -> None:
        """Cut everything off at once; the process is about to end."""

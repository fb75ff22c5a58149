"""One envelope handed over at once, while its writer waits: no ledger, no queue, no second attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kesher.messaging.errors import TestNotTaken
from kesher.messaging.registry import Account, get_provider_kind
from kesher.messaging.transport import Answer, Envelope, Stage

_SECONDS = 20.0


def hand_over(account: Account, compose: Callable[[bool], Envelope]) -> None:
    """Give one envelope to the account's server, written by `compose` (which is told whether the server takes 8-bit
    text); TestNotTaken with what the server said. For a thread without an event loop."""
    answer = asyncio.run(_hand_over(account, compose))
    if not (200 <= answer.code < 300 and answer.stage is Stage.END):
        raise TestNotTaken(reason=f"{answer.code or ''} {answer.text}".strip()[:300])


async def _hand_over(account: Account, compose: Callable[[bool], Envelope]) -> Answer:
    outlet = _OneEnvelope(compose)
    transport = get_provider_kind(account.kind).open(account, outlet)
    transport.wake()
    try:
        async with asyncio.timeout(_SECONDS):
            return await outlet.answer
    except TimeoutError:
        return Answer(0, "no answer in time", Stage.CONNECTION)
    finally:
        if outlet.answer.done() and not outlet.answer.cancelled():
            await transport.close()
        else:
            transport.abort()


class _OneEnvelope:
    """An outlet that has one envelope; the first answer about it is the last."""

    def __init__(self, compose: Callable[[bool], Envelope]) -> None:
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._compose = compose
        self._taken = False

    def take(self, *, eight_bit: bool) -> Envelope | None:
        """The envelope, once."""
        if self._taken:
            return None
        self._taken = True
        return self._compose(eight_bit)

    def waiting(self) -> int:
        """How many could be taken now."""
        return 0 if self._taken else 1

    def begin(self, envelope: Envelope) -> None:
        """Nothing is noted: a test whose fate is unknown is not sent again."""

    def report(self, envelope: Envelope, answer: Answer) -> None:
        """What became of it."""
        self._settle(answer)

    def fail(self, reason: str, retry_after_seconds: float) -> None:
        """The server cannot be reached."""
        self._settle(Answer(0, reason, Stage.CONNECTION))

    def _settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

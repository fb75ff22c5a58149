"""A few SMTP connections to one server: opened as there is work, closed when idle, reopened after a failure."""

from __future__ import annotations

import asyncio

from kesher.messaging.providers.smtp.connection import HandshakeFailed, SmtpConnection
from kesher.messaging.providers.smtp.options import SmtpOptions
from kesher.messaging.transport import Outlet

_LONGEST_WAIT_SECONDS = 60.0
_GRACE_SECONDS = 10.0


class SmtpPool:
    """The transport of an SMTP account."""

    def __init__(self, options: SmtpOptions, outlet: Outlet) -> None:
        self._options = options
        self._outlet = outlet
        self._connections: set[SmtpConnection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._closing = False

    def wake(self) -> None:
        """Offer what waits to idle connections, and open another when all are busy."""
        for connection in [c for c in self._connections if c.idle]:
            connection.pump()
        room = self._options.connections - len(self._connections) - len(self._opening)
        wanted = min(room, self._outlet.waiting() - len(self._opening))
        # After a failure one connection tries first.
        if self._failures:
            wanted = min(wanted, 1 - len(self._opening))
        if not self._closing:
            for _ in range(wanted):
                self._open()

    async def close(self) -> None:
        """Finish what is under way and leave; a server that stays silent is cut off after a while."""
        self._closing = True
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        closing = [asyncio.ensure_future(connection.close()) for connection in self._connections]
        if closing:
            _, silent = await asyncio.wait(closing, timeout=_GRACE_SECONDS)
            for connection in set(self._connections):
                connection.abort("the sender is stopping")
            await asyncio.gather(*silent)

    def abort(self) -> None:
        """Cut every connection."""
        self._closing = True
        for task in self._opening:
            task.cancel()
        for connection in set(self._connections):
            connection.abort("the sender is ending")

    def _open(self) -> None:
        task = asyncio.get_running_loop().create_task(self._connect())
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _connect(self) -> None:
        connection = SmtpConnection(self._options, self._outlet, self._lost)
        try:
            await connection.open()
        except HandshakeFailed as error:
            self._failed(str(error))
            return
        except asyncio.CancelledError:
            connection.abort("the sender is stopping")
            raise
        self._connections.add(connection)
        connection.pump()

    def _lost(self, connection: SmtpConnection) -> None:
        if connection not in self._connections:
            return
        self._connections.discard(connection)
        if not connection.proven:
            self._failed(connection.error)
        elif not self._closing:
            asyncio.get_running_loop().call_soon(self.wake)

    def _failed(self, why: str) -> None:
        """Back off, unless another connection is doing well."""
        self._failures += 1
        if not self._connections and not self._closing:
            self._outlet.fail(why, min(_LONGEST_WAIT_SECONDS, 2.0 ** min(self._failures - 1, 10)))

"""The web and the collector process: granian inside one process each, the collector's paths answered beside Django."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server


def serve(application: Any, *, host: str, port: int, on_stop: Callable[[], None] = lambda: None) -> None:
    """Answer HTTP with an ASGI application until SIGTERM or SIGINT; `on_stop` is called first then, in the loop."""
    asyncio.run(_serve(application, host, port, on_stop))


async def _serve(application: Any, host: str, port: int, on_stop: Callable[[], None]) -> None:
    server = Server(application, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False, backlog=1024)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        on_stop()
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await server.serve()

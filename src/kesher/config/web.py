"""The web and the collector process: granian inside one process each, the collector's paths answered beside Django."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server


def serve(application: Any, *, host: str, port: int) -> None:
    """Answer HTTP with an ASGI application until SIGTERM or SIGINT."""
    asyncio.run(_serve(application, host, port))


async def _serve(application: Any, host: str, port: int) -> None:
    server = Server(application, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False, backlog=1024)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve()

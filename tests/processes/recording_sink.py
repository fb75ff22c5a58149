"""A real SMTP server in this process that remembers each message it accepted."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class _AnyPort(Controller):
    """The controller probes the port it was given; with port 0 only the running server knows it."""

    def bound_port(self) -> int:
        assert self.server is not None
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    def _trigger_server(self) -> None:
        socket.create_connection(("127.0.0.1", self.bound_port()), 5).close()


class RecordingSink:
    """Counts accepted messages by their Message-ID; keeps the last of each."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.messages: dict[str, Message] = {}
        self._lock = threading.Lock()
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Accept, and remember."""
        message = message_from_bytes(envelope.content, policy=default)
        with self._lock:
            self.accepted[str(message["Message-ID"])] += 1
            self.messages[str(message["Message-ID"])] = message
        return "250 OK"

    @property
    def url(self) -> str:
        """What KESHER_SMTP_URL must say."""
        return f"smtp://127.0.0.1:{self._controller.bound_port()}"

    def __enter__(self) -> RecordingSink:
        self._controller.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._controller.stop()

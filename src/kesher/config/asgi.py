"""One address for everything: the collector's paths go to the collector, the rest to Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesher.config.settings")

from django.core.asgi import get_asgi_application

from kesher.api import instant
from kesher.api.streaming import PATH as LIVE_PATH
from kesher.api.streaming import LiveEvents
from kesher.events.collector.app import create_collector

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

COLLECTOR_PREFIXES = ("/v1/", "/sourceConfig", "/t.js")


class WebApplication:
    """The web process's application; its lifespan is the collector's."""

    def __init__(self) -> None:
        self._django = get_asgi_application()
        self._collector = create_collector()
        self._decisions = instant.QuickDoor(self._django)
        self._live = LiveEvents()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(COLLECTOR_PREFIXES):
            await self._collector(scope, receive, send)
        elif scope["path"] == LIVE_PATH and scope["method"] == "GET":
            await self._live(scope, receive, send)
        elif scope["path"] == instant.PATH:
            await self._decisions(scope, receive, send)
        else:
            await self._django(scope, receive, send)

    def end_streams(self) -> None:
        """Let those go who watch events arrive: the server waits for every answer to end before it stops."""
        self._live.close()


def create_application() -> WebApplication:
    """The application, once Django is set up."""
    return WebApplication()

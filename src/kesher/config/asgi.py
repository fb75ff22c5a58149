"""One address for everything: the collector's paths go to the collector, the rest to Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesher.config.settings")

from django.core.asgi import get_asgi_application

from kesher.events.collector.app import create_collector

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

COLLECTOR_PREFIXES = ("/v1/", "/sourceConfig", "/t.js")


def create_application() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The web process's application; its lifespan is the collector's."""
    django = get_asgi_application()
    collector = create_collector()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(COLLECTOR_PREFIXES):
            await collector(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application

"""A small site on loopback that is also the collector: it serves pages and the tracker, and keeps what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from queue import Empty, Queue
from typing import Any

PAGE = "<!doctype html><html lang=he><head><title>חנות</title>{head}</head><body>shop</body></html>"
SECONDS = 10


@dataclass
class Site:
    """`answers` are the statuses of the next requests to the collector; 200 when there is none."""

    port: int = 0
    head: str = ""
    answers: list[int] = field(default_factory=list)
    requests: Queue[dict[str, Any]] = field(default_factory=Queue)
    preflights: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def collector(self) -> str:
        """The same server by another name: another origin for the browser."""
        return f"http://localhost:{self.port}"

    def script(self, **attributes: str) -> None:
        """Put the tracker into the page, loading by its attributes."""
        shown = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        self.head = f'<script async src="{self.collector}/t.js"{shown}></script>'

    def next_batch(self) -> list[dict[str, Any]]:
        """The events of the next request, in the order in which they were sent."""
        return list(self.next_request()["batch"])

    def next_request(self) -> dict[str, Any]:
        try:
            return self.requests.get(timeout=SECONDS)
        except Empty:
            raise AssertionError("nothing was sent") from None

    def sent_so_far(self) -> list[dict[str, Any]]:
        """All events that have arrived and were not looked at."""
        events: list[dict[str, Any]] = []
        while not self.requests.empty():
            events += self.requests.get()["batch"]
        return events


def handler_of(site: Site, tracker: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/t.js":
                self._answer(200, "text/javascript", tracker)
            else:
                self._answer(200, "text/html; charset=utf-8", PAGE.format(head=site.head).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = site.answers.pop(0) if site.answers else 200
            site.requests.put({**json.loads(body), "path": self.path, "type": self.headers["Content-Type"]})
            self._answer(status, "application/json", b'{"success":true}')

        def do_OPTIONS(self) -> None:
            site.preflights += 1
            self._answer(204, "text/plain", b"")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler

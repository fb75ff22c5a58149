"""Sends calls to the collector as a server's Segment SDK does: batches over one kept connection."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from kesher import __version__

BATCH_EVENTS = 100
BATCH_BYTES = 475_000
"""What segment-analytics-python sends at most; the collector takes 500 kB."""
TIMEOUT_SECONDS = 60
_LIBRARY = {"library": {"name": "kesher-demo", "version": __version__}}


class CollectorRefused(RuntimeError):
    """The collector did not take a batch; a defect, since the demo's calls are known to be sound."""


class CollectorClient:
    """One connection to the collector, authenticated by the write key in each body."""

    def __init__(self, host: str, port: int, write_key: str) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        self._write_key = write_key

    def send(self, calls: Iterable[Mapping[str, Any]]) -> None:
        """Return when every call is stored durably; waits and repeats when the collector is busy."""
        for batch in _batches(calls):
            sent_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            head = json.dumps({"writeKey": self._write_key, "sentAt": sent_at, "context": _LIBRARY})
            self._post(f'{head[:-1]}, "batch": [{",".join(batch)}]}}'.encode())

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _post(self, body: bytes) -> None:
        while True:
            self._connection.request("POST", "/v1/batch", body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            answer = response.read()
            if response.status == 200 and json.loads(answer) == {"success": True}:
                return
            if response.status not in (429, 503):
                raise CollectorRefused(f"{response.status}: {answer.decode(errors='replace')[:500]}")
            time.sleep(float(response.headers.get("Retry-After", "1")))


def _batches(calls: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for call in calls:
        text = json.dumps(call, ensure_ascii=False)
        length = len(text.encode())
        if batch and (len(batch) == BATCH_EVENTS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch

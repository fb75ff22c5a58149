"""A steady stream of calls to the collector from a few connections of this process."""

from __future__ import annotations

import base64
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

SENDERS = 4
BATCH = 25

Call = dict[str, Any]


def post(connection: http.client.HTTPConnection, write_key: str, batch: list[Call]) -> float:
    """Send one batch and return the moment at which it was accepted."""
    body = json.dumps({"batch": batch})
    basic = base64.b64encode(f"{write_key}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
    connection.request("POST", "/v1/batch", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text[:500])
    return time.time()


def stream(
    port: int,
    write_key: str,
    *,
    seconds: float,
    rate: int,
    make: Callable[[random.Random, str, int], Call],
    accepted: Callable[[list[Call], float], None] = lambda _batch, _at: None,
) -> None:
    """Send `rate` calls a second at even steps; `make` gets a source of chance, a key of its own and a number."""
    pause = BATCH * SENDERS / rate

    def send(sender: int) -> None:
        chance = random.Random(sender)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        due = time.monotonic() + pause * sender / SENDERS
        end = time.monotonic() + seconds
        number = 0
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            batch = [make(chance, f"{sender}-{number + i}", number + i) for i in range(BATCH)]
            accepted(batch, post(connection, write_key, batch))
            number += BATCH
            due += pause

    threads = [threading.Thread(target=send, args=(n,)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

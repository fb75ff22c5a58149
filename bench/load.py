"""A load generator that costs little itself: bodies are made beforehand, one `bytes.replace` makes their events new.

Runs as a process of its own (`python -m bench.load …`) so that its share of the machine can be told apart.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

BATCH = 100
_TOKEN = b"@@@@@@@@"
_PRODUCTS = ("חלב", "לחם", "Bananas", "Olive oil", "קפה", "Yoghurt", "Rice", "שוקולד")


def make_bodies(people: int, *, seed: int = 7) -> list[bytes]:
    """Batches that together hold one event of each person, in random order: 15 % identify, 55 % track, 30 % page.

    30 % of the calls name a known person by both ids, the others are anonymous visitors. Every messageId carries a
    token, to be replaced at each sending.
    """
    chance = random.Random(seed)
    order = list(range(people))
    chance.shuffle(order)
    calls = [_call(person, number, chance) for number, person in enumerate(order)]
    return [
        json.dumps({"batch": calls[at : at + BATCH], "sentAt": "2026-01-01T00:00:02.000Z"}, ensure_ascii=False).encode()
        for at in range(0, people, BATCH)
    ]


def _call(person: int, number: int, chance: random.Random) -> dict[str, Any]:
    call: dict[str, Any] = {
        "messageId": f"{_TOKEN.decode()}-{number:08d}",
        "anonymousId": f"5f0c{person:08x}-aaaa-4bbb-8ccc-{person:012x}",
        "originalTimestamp": "2026-01-01T00:00:01.500Z",
        "context": {
            "library": {"name": "analytics.js", "version": "next-1.8"},
            "page": {
                "path": "/shop",
                "referrer": "",
                "search": "",
                "title": "Shop",
                "url": "https://shop.example/shop",
            },
            "locale": "he-IL",
            "timezone": "Asia/Jerusalem",
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
        },
    }
    if person % 10 < 3:
        call["userId"] = f"user-{person}"
    kind = chance.random()
    if kind < 0.15:
        traits = {"plan": chance.choice(("free", "pro")), "age": 18 + person % 60, "city": "חיפה"}
        if "userId" in call:
            traits["email"] = f"person{person}@shop.example"
        return {**call, "type": "identify", "traits": traits}
    if kind < 0.70:
        product = chance.choice(_PRODUCTS)
        price = round(chance.uniform(3, 90), 2)
        properties = {"product_id": f"p{chance.randrange(900)}", "name": product, "price": price, "currency": "ILS"}
        name = chance.choice(("Product Viewed", "Product Viewed", "Product Added", "Cart Viewed", "Order Completed"))
        return {**call, "type": "track", "event": name, "properties": properties}
    return {**call, "type": "page", "name": "Shop", "properties": {"path": "/shop", "url": "https://shop.example/shop"}}


@dataclass
class Tally:
    """What one connection saw."""

    acknowledged: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


def drive(port: int, key: str, *, people: int, seconds: float, connections: int) -> dict[str, Any]:
    """Send batches over keep-alive connections, each waiting for its answer, until the time is up."""
    bodies = make_bodies(people)
    tallies = [Tally() for _ in range(connections)]
    start_at = time.perf_counter() + 0.2
    until = start_at + seconds
    threads = [
        threading.Thread(target=_send, args=(port, key, bodies, index, connections, until, tally))
        for index, tally in enumerate(tallies)
    ]
    used = time.process_time()
    time.sleep(0.2)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start_at
    answers = sorted(each for tally in tallies for each in tally.seconds)
    statuses: dict[int, int] = {}
    for tally in tallies:
        for status, count in tally.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    acknowledged = sum(tally.acknowledged for tally in tallies)
    return {
        "acknowledged": acknowledged,
        "seconds": elapsed,
        "events_per_second": acknowledged / elapsed,
        "p50_ms": 1000 * answers[len(answers) // 2],
        "p95_ms": 1000 * answers[len(answers) * 95 // 100],
        "statuses": statuses,
        "cpu_seconds": time.process_time() - used,
    }


def _send(port: int, key: str, bodies: list[bytes], index: int, step: int, until: float, tally: Tally) -> None:
    credentials = b64encode(f"{key}:".encode()).decode()
    head = (
        "POST /v1/batch HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Basic {credentials}\r\nContent-Length: "
    ).encode()
    turn = index
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (started := time.perf_counter()) < until:
            body = bodies[turn % len(bodies)].replace(_TOKEN, b"%08x" % (turn // len(bodies)))
            line.sendall(b"%s%d\r\n\r\n%s" % (head, len(body), body))
            status, answer = _receive(line)
            tally.seconds.append(time.perf_counter() - started)
            tally.statuses[status] = tally.statuses.get(status, 0) + 1
            if status == 200:
                tally.acknowledged += BATCH if answer == b'{"success":true}' else json.loads(answer)["accepted"]
                turn += step
            elif status == 429:
                time.sleep(0.2)
            else:
                raise RuntimeError(f"{status}: {answer[:500]!r}")


def _receive(line: socket.socket) -> tuple[int, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536) or _closed()
    head, _, answer = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(answer) < length:
        answer += line.recv(65536) or _closed()
    return int(head[9:12]), answer


def _closed() -> bytes:
    raise ConnectionError("the collector closed the connection")


def main() -> None:
    """Print the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=64)
    options = vars(parser.parse_args())
    print(json.dumps(drive(**options)))


if __name__ == "__main__":
    main()

"""What an operator watches: how much comes in, what is refused and why, how long a commit takes, what waits."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

ACCEPTED = Counter("kesher_collector_events_accepted", "Events stored, or stored before (duplicates)")
DUPLICATES = Counter("kesher_collector_events_duplicate", "Events whose messageId was stored before")
REFUSED = Counter("kesher_collector_events_refused", "Events refused alone, by reason", ["code"])
REQUESTS_REFUSED = Counter("kesher_collector_requests_refused", "Requests refused as a whole, by reason", ["code"])
FLUSH_SECONDS = Histogram(
    "kesher_collector_flush_seconds",
    "Duration of one writing transaction",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
FLUSH_EVENTS = Histogram(
    "kesher_collector_flush_events", "Events of one writing transaction", buckets=(1, 10, 100, 500, 1000, 2000, 4000)
)
WAITING = Gauge("kesher_collector_events_waiting", "Events waiting for the writer")

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """All metrics of this process in Prometheus' text format."""
    return generate_latest()

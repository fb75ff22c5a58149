"""What a machine asks of the web process: alive, ready, metrics."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from kesher.events import queries as events
from kesher.kernel.clock import read_clock
from kesher.kernel.db import Conn, request_connection
from kesher.kernel.shards import SHARDS
from kesher.messaging import queries as messaging


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its tables are up to date; 503 with the reason otherwise."""
    try:
        pending = pending_migrations()
    except DatabaseError:
        return JsonResponse({"status": "not ready", "reason": "database"}, status=503)
    if pending:
        return JsonResponse({"status": "not ready", "reason": "migrations", "pending": pending}, status=503)
    return JsonResponse({"status": "ready"})


def pending_migrations() -> list[str]:
    """Names of the migrations that the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: what the database tells of the whole installation, then this process's own counters.

    Answered to this machine itself, and to whoever carries KESHER_METRICS_TOKEN as a bearer token.
    """
    if not _may_see_metrics(request):
        return HttpResponse(status=403)
    whole = CollectorRegistry()
    whole.register(InstallationCollector())
    return HttpResponse(generate_latest(whole) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token is not None:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    proxied = "X-Forwarded-For" in request.headers
    return not proxied and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


NEWEST_MESSAGES = 100_000


class InstallationCollector(Collector):
    """Gauges and counters read from the database at each scrape."""

    def collect(self) -> Iterator[Metric]:
        """Ingest, tick lag, queue age, sends by state."""
        conn = request_connection()
        started = time.perf_counter()
        yield CounterMetricFamily("kesher_events_logged", "Events written to the log.", value=events.count_logged(conn))
        lag = GaugeMetricFamily("kesher_lag_seconds", "Age of the oldest event not read yet.", labels=["consumer"])
        for consumer in ("engine", "lake"):
            lag.add_metric([consumer], events.lag_seconds(conn, consumer=consumer, shards=list(range(SHARDS))))
        yield lag
        yield from self._messages(conn)
        yield GaugeMetricFamily("kesher_scrape_seconds", "This scrape.", value=time.perf_counter() - started)

    def _messages(self, conn: Conn) -> Iterator[Metric]:
        now = read_clock(conn)
        due = GaugeMetricFamily("kesher_queue_messages", "Messages due and not handed over.", labels=["lane"])
        age = GaugeMetricFamily("kesher_queue_age_seconds", "How long the oldest of them is due.", labels=["lane"])
        for queue in messaging.get_queue_state(conn, now=now):
            due.add_metric([str(queue.lane)], queue.ready)
            age.add_metric([str(queue.lane)], max(0.0, (now - queue.oldest_at).total_seconds()))
        yield due
        yield age
        states = GaugeMetricFamily(
            "kesher_messages", f"The newest {NEWEST_MESSAGES} messages by state.", labels=["lane", "state"]
        )
        for (lane, state), count in messaging.count_messages(conn, newest=NEWEST_MESSAGES).items():
            states.add_metric([str(lane), state], count)
        yield states

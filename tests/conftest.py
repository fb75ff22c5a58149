"""An embedded PostgreSQL for each process that runs tests, migrated once and emptied after every test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

_RUN_DIR = Path(os.environ.get("KESHER_TEST_DIR") or tempfile.mkdtemp(prefix="kesher-test-"))
os.environ["KESHER_TEST_DIR"] = str(_RUN_DIR)  # xdist workers inherit it
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_CLUSTER = _RUN_DIR / f"postgres-{_WORKER}"
os.environ["KESHER_DATA_DIR"] = str(_RUN_DIR / f"data-{_WORKER}")
os.environ["KESHER_SECRET_KEY"] = "only-for-tests"
os.environ["DJANGO_SETTINGS_MODULE"] = "kesher.config.settings"

CHROMIUM_ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

TEST_POSTGRES = """\
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 100
jit = off
timezone = UTC
autovacuum = off
max_parallel_workers_per_gather = 0
"""


def pytest_configure(config: pytest.Config) -> None:
    """Start this process's own server and migrate it, before Django reads its settings.

    A server for each worker, not a database: the log's horizon is the oldest transaction of the whole server, so the
    transactions of another worker would hold back what this one has just written.
    """
    if _only_distributes(config):
        # The workers inherit this environment; each is to choose for itself.
        del os.environ["DJANGO_SETTINGS_MODULE"]
        return
    from kesher.config import postgres

    os.environ["DATABASE_URL"] = postgres.start(_CLUSTER, TEST_POSTGRES)
    subprocess.run([sys.executable, "-W", "ignore", "-m", "django", "migrate", "-v0"], check=True)
    import django
    from django.conf import settings

    django.setup()
    assert os.environ["DATABASE_URL"] == settings.DATABASE_URL, "Django was set up before this process had its server"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove everything this process made."""
    from kesher.config import postgres

    if not _only_distributes(config):
        postgres.delete(_CLUSTER)
    if not hasattr(config, "workerinput"):
        shutil.rmtree(_RUN_DIR, ignore_errors=True)


def _only_distributes(config: pytest.Config) -> bool:
    """Whether this is the process that hands the tests out to xdist's workers and runs none itself."""
    return bool(config.getoption("numprocesses", default=None)) and not hasattr(config, "workerinput")


@pytest.fixture
def conn() -> Iterator[psycopg.Connection]:
    """An autocommit connection to this worker's database; what the test commits is removed afterwards."""
    from django.db import connections

    from kesher.content import queries as content
    from kesher.kernel.db import connect

    content.forget_compiled()  # in an emptied database ids begin again
    with connect("test") as connection:
        yield connection
        connection.rollback()
        connections.close_all()
        _empty(connection)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium; of one module only, since Playwright occupies the thread's event loop while it runs."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("KESHER_CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("not run: there is no Chromium on this machine (deploy/install-chromium.sh installs it)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


def _empty(conn: psycopg.Connection) -> None:
    tables = conn.execute(
        "SELECT string_agg(format('%I', relname), ', ') FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace"
        " AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
    ).fetchone()
    assert tables is not None
    conn.execute(f"TRUNCATE {tables[0]} RESTART IDENTITY CASCADE")


@pytest.fixture(autouse=True)
def models_reach_the_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django's models work in every test; `conn` removes what they commit."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def now() -> datetime:
    """A Tuesday noon in winter; never ahead of the wall clock."""
    return datetime(2026, 1, 13, 12, 0, tzinfo=UTC)


@pytest.fixture
def workspace(conn: psycopg.Connection, now: datetime) -> int:
    """The id of a workspace in Israel."""
    row = conn.execute(
        "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
        " VALUES ('shop', 'חנות', 'Asia/Jerusalem', 'he', '{}', %s) RETURNING id",
        (now,),
    ).fetchone()
    assert row is not None
    return int(row[0])

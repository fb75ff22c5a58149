"""One embedded PostgreSQL a run; each worker clones a migrated template and empties it after every test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

_RUN_DIR = Path(os.environ.get("KESHER_TEST_DIR") or tempfile.mkdtemp(prefix="kesher-test-"))
os.environ["KESHER_TEST_DIR"] = str(_RUN_DIR)  # xdist workers inherit it
os.environ["KESHER_DATA_DIR"] = str(_RUN_DIR / f"data-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
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
    """Start the server (controller) and give this process its database, before Django reads its settings."""
    from kesher.config import postgres

    cluster = _RUN_DIR / "postgres"
    if not hasattr(config, "workerinput"):
        server = postgres.server_for(cluster)
        postgres.configure(cluster, TEST_POSTGRES)
        server.start()
        _create_template(str(server.get_uri(database="postgres")))
    url = postgres.running_url(cluster)
    assert url is not None
    os.environ["DATABASE_URL"] = _clone(url, os.environ.get("PYTEST_XDIST_WORKER", "main"))
    import django
    from django.conf import settings

    django.setup()
    assert settings.DATABASE_URL == os.environ["DATABASE_URL"], "Django was set up before the worker had its database"
    if config.getoption("numprocesses", default=None) and not hasattr(config, "workerinput"):
        # The workers inherit this process's environment; each is to set these for itself.
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
            del os.environ[name]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove everything the run made."""
    if hasattr(config, "workerinput"):
        return
    from kesher.config import postgres

    postgres.delete(_RUN_DIR / "postgres")
    shutil.rmtree(_RUN_DIR, ignore_errors=True)


def _create_template(url: str) -> None:
    import subprocess
    import sys

    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE DATABASE kesher_template")
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "migrate", "-v0"],
        env={**os.environ, "DATABASE_URL": _database(url, "kesher_template")},
        check=True,
    )


def _clone(url: str, worker: str) -> str:
    name = f"kesher_{worker}"
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE kesher_template").format(sql.Identifier(name)))
    return _database(url, name)


def _database(url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(url, dbname=name)


@pytest.fixture
def conn() -> Iterator[psycopg.Connection]:
    """An autocommit connection to this worker's database; what the test commits is removed afterwards."""
    from django.db import connections

    from kesher.kernel.db import connect

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

"""Django's models and the test's own connection see the same database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture
def django_database(conn: psycopg.Connection, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the models reach the database that `conn` empties afterwards."""
    with django_db_blocker.unblock():
        yield

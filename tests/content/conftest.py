"""What the content tests share."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django import DjangoDbBlocker


@pytest.fixture
def django_database(conn: psycopg.Connection, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let services use Django's connection; the `conn` fixture empties the tables afterwards."""
    with django_db_blocker.unblock():
        yield

"""Connections: Django's own inside a request, plain psycopg ones in the processes that do set work."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db import connection as django_connection

Conn = psycopg.Connection[Any]
"""What every service takes first. Services open `conn.transaction()` around what must stand together."""


def connect(role: str, *, database_url: str | None = None) -> Conn:
    """A new autocommit connection for a process; `role` shows in pg_stat_activity."""
    return psycopg.connect(
        database_url or settings.DATABASE_URL,
        autocommit=True,
        application_name=f"kesher {role}",
        # jit off: its compile time exceeds the run time of every statement here.
        options="-c timezone=UTC -c jit=off",
    )


def request_connection() -> Conn:
    """The psycopg connection under Django's, so that services and models share one transaction."""
    django_connection.ensure_connection()
    raw: Conn = django_connection.connection
    return raw

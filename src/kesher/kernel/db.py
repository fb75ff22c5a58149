"""Connections: Django's own inside a request, plain psycopg ones in the processes that do set work."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import connection as django_connection
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

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
    """A psycopg connection over the session under Django's, so that services and models share one transaction.

    It is a second face of the same session, because Django's own reads jsonb as text and binds in the client. Inside
    `transaction.atomic()` the transaction is begun here, so that a service's `conn.transaction()` becomes a savepoint
    and cannot commit what the caller still may roll back.
    """
    django_connection.ensure_connection()
    raw: Conn = django_connection.connection
    if not raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE:
        raw.execute("SELECT")
    face = _faces.get(raw)
    if face is None:
        face = _faces[raw] = _Face(raw.pgconn)
    return face


class _Face(psycopg.Connection[Any]):
    """Never begins a transaction by itself; the public setter refuses while Django is in one."""

    def __init__(self, pgconn: PGconn) -> None:
        super().__init__(pgconn)
        self._autocommit = True


_faces: WeakKeyDictionary[Conn, Conn] = WeakKeyDictionary()

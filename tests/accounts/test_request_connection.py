"""Services and models share one session and one transaction inside a request."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction

from kesher.accounts import models
from kesher.kernel.db import request_connection


class Undo(Exception):
    """Leaves the block so that everything in it is rolled back."""


def test_jsonb_arrives_as_python_values(workspace: int) -> None:
    row = request_connection().execute("SELECT settings FROM accounts_workspace").fetchone()

    assert row == ({},)


def test_a_service_transaction_is_rolled_back_with_the_request(conn: psycopg.Connection, workspace: int) -> None:
    with pytest.raises(Undo), transaction.atomic():
        shared = request_connection()
        with shared.transaction():
            shared.execute("UPDATE accounts_workspace SET name = 'changed'")
        raise Undo

    assert conn.execute("SELECT name FROM accounts_workspace").fetchone() == ("חנות",)


def test_models_and_statements_see_each_others_rows(workspace: int) -> None:
    with transaction.atomic():
        shared = request_connection()
        models.Workspace.objects.update(name="by model")
        assert shared.execute("SELECT name FROM accounts_workspace").fetchone() == ("by model",)
        shared.execute("UPDATE accounts_workspace SET name = 'by statement'")
        assert models.Workspace.objects.get().name == "by statement"


def test_a_new_session_gets_a_new_face(workspace: int) -> None:
    first = request_connection()
    connection.close()

    assert first.closed
    assert request_connection().execute("SELECT 1").fetchone() == (1,)

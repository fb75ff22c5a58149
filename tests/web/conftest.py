"""A shop with a reader who holds a message in hand, and her browser.

Nothing of Kesher is imported at the top: this file is read before the root conftest has given Django its database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from web_readers import Readers


@pytest.fixture(autouse=True)
def django_database(conn: psycopg.Connection, now: datetime, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the pages reach the database that `conn` empties, with its clock at `now`."""
    from kesher.kernel.clock import freeze_clock

    with django_db_blocker.unblock():
        freeze_clock(conn, now)
        yield


@pytest.fixture
def readers(conn: psycopg.Connection, workspace: int, now: datetime) -> Readers:
    """The workspace's people and what was sent to them."""
    from web_readers import Readers

    return Readers.in_shop(conn, workspace, now)

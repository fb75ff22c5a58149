"""A shop under a virtual clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from score_shop import ScoreShop
    from segment_shop import Shop


@pytest.fixture
def now() -> datetime:
    """A Tuesday noon in the winter of 2025, Israel time 14:00."""
    return datetime(2025, 1, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(conn: psycopg.Connection, workspace: int, now: datetime) -> Shop:
    """An empty shop in Israel, at `now`."""
    # Rooms are imported once Django is set up, which is after this file is read.
    from segment_shop import Shop

    from kesher.events.temporary import create_temporary_tables

    create_temporary_tables(conn)
    return Shop(conn, workspace, now)


@pytest.fixture
def leads(shop: Shop) -> ScoreShop:
    """The same shop, scoring its leads."""
    from score_shop import ScoreShop

    return ScoreShop(shop.conn, shop.workspace, shop.now)

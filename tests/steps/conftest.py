"""The world of a step table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from journey_world import World
    from other_systems import OtherSystem
    from twins import Twins


@pytest.fixture
def world(
    conn: psycopg.Connection, workspace: int, now: datetime, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """A shop with templates, a topic and an engine, at noon of a Tuesday."""
    from journey_world import World

    with django_db_blocker.unblock():
        yield World(conn, workspace, now)


@pytest.fixture
def twins(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    """The in-memory twins, asked beside the live engine."""
    from twins import Twins

    with Twins(world.conn, world.workspace).watching(monkeypatch) as watching:
        yield watching


@pytest.fixture
def system(settings: Any) -> Iterator[OtherSystem]:
    """Another system, on an address that the operator allows."""
    from other_systems import other_system

    settings.ALLOW_PRIVATE_ADDRESSES = True
    with other_system() as running:
        yield running

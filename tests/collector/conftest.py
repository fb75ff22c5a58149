"""Fixtures of the collector's tests; see collector_driver for what they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:  # Django is set up only after conftest files are read
    from collector_driver import Drive, MemoryLog


@pytest.fixture
def log() -> MemoryLog:
    """The log in memory."""
    from collector_driver import MemoryLog

    return MemoryLog()


@pytest.fixture
def drive(conn: psycopg.Connection, log: MemoryLog, now: datetime) -> Drive:
    """The collector over the log in memory; its clock stands at `now`."""
    from collector_driver import Drive

    return Drive(log, now)

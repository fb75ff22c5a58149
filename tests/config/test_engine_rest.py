"""An engine that has nothing to do leaves at once when it is told to."""

from __future__ import annotations

import threading
import time

import psycopg

from kesher.config.engine import rest
from kesher.kernel.wake import WORK, listen, notify


def test_a_resting_engine_stops_when_it_is_told_to(conn: psycopg.Connection) -> None:
    listen(conn, [WORK])
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()

    began = time.monotonic()
    rest(conn, 30.0, stop)

    assert time.monotonic() - began < 10


def test_a_resting_engine_works_as_soon_as_there_is_work(conn: psycopg.Connection) -> None:
    listen(conn, [WORK])
    notify(conn, WORK)

    began = time.monotonic()
    rest(conn, 30.0, threading.Event())

    assert time.monotonic() - began < 10

from datetime import UTC, datetime, timedelta

import psycopg

from kesher.kernel.clock import freeze_clock, read_clock
from kesher.kernel.db import connect
from kesher.kernel.wake import WORK, listen, notify, wait_for_work


def test_the_clock_runs_until_it_is_held_and_again_when_freed(conn: psycopg.Connection, now: datetime) -> None:
    assert abs(read_clock(conn) - datetime.now(UTC)) < timedelta(seconds=5)
    freeze_clock(conn, now)
    assert read_clock(conn) == now
    freeze_clock(conn, None)
    assert read_clock(conn) > now


def test_the_clock_runs_inside_a_transaction_too(conn: psycopg.Connection) -> None:
    with conn.transaction():
        first = read_clock(conn)
        assert read_clock(conn) > first


def test_a_notice_wakes_once_it_is_committed_and_only_then(conn: psycopg.Connection) -> None:
    with connect("listener") as listener:
        listen(listener, [WORK])
        with conn.transaction():
            notify(conn, WORK)
            assert not wait_for_work(listener, 0.05)
        assert wait_for_work(listener, 5)
        assert not wait_for_work(listener, 0.0)


def test_moving_the_clock_wakes_the_engine(conn: psycopg.Connection, now: datetime) -> None:
    with connect("listener") as listener:
        listen(listener, [WORK])
        freeze_clock(conn, now)
        assert wait_for_work(listener, 5)

"""The embedded server starts, stops and recovers, whatever the machine left behind; only its owner reaches it."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from kesher.config import postgres
from tests.conftest import TEST_POSTGRES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cluster") / "postgres"
    yield folder
    postgres.delete(folder)


def answers(url: str) -> bool:
    with psycopg.connect(url) as conn:
        return conn.execute("SELECT 1").fetchone() == (1,)


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def test_a_server_is_started_once_by_however_many_ask_and_stopped(folder: Path) -> None:
    urls: list[str] = []
    askers = [threading.Thread(target=lambda: urls.append(postgres.start(folder, TEST_POSTGRES))) for _ in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(urls) == 3 and len(set(urls)) == 1
    assert answers(urls[0]) and postgres.running_url(folder) == urls[0]
    postgres.stop(folder)
    assert postgres.running_url(folder) is None


def test_only_its_owner_reaches_the_socket(folder: Path) -> None:
    where = socket_folder(postgres.start(folder, TEST_POSTGRES))
    assert stat.S_IMODE(where.stat().st_mode) == 0o700


@pytest.mark.parametrize("left", ["", "{pid}", "{pid}\n{folder}\n1\n5432\n/tmp\n\n1 2\nready\n"])
def test_what_a_crash_of_the_machine_leaves_does_not_hold_it_back(folder: Path, left: str) -> None:
    postgres.start(folder, TEST_POSTGRES)
    postgres.stop(folder)
    # The number of the dead server is another program's now: this one's.
    (folder / "postmaster.pid").write_text(left.format(pid=os.getpid(), folder=folder))
    assert postgres.running_url(folder) is None
    assert answers(postgres.start(folder, TEST_POSTGRES))


def test_a_server_that_refuses_says_why(folder: Path) -> None:
    postgres.stop(folder)
    with pytest.raises(postgres.ServerFailed, match="no_such_setting"):
        postgres.start(folder, "no_such_setting = on\n")
    assert answers(postgres.start(folder, TEST_POSTGRES))


def test_a_path_too_long_for_a_socket_gets_a_closed_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100) / "a folder, with signs" / "postgres"
    try:
        url = postgres.start(long, TEST_POSTGRES)
        where = socket_folder(url)
        assert answers(url) and not where.is_relative_to(long)
        assert stat.S_IMODE(where.stat().st_mode) == 0o700
        postgres.stop(long)
        where.chmod(0o755)
        with pytest.raises(postgres.ServerFailed, match=str(where)):
            postgres.start(long, TEST_POSTGRES)
        where.rmdir()
    finally:
        postgres.delete(long)

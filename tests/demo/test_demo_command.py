"""`kesher demo` as a newcomer runs it: real processes, a few households, the first weeks of the year."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ANSWER_SECONDS = 300


def run_demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KESHER_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "kesher.cli", "demo", "--once", *options],
        env={**kept, "KESHER_DATA_DIR": str(folder), "KESHER_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=ANSWER_SECONDS,
        check=False,
    )


def table_of(output: str) -> str:
    return output[output.index("Welcome after the first order") :]


@pytest.mark.processes
def test_the_demo_replays_prints_its_table_and_leaves(tmp_path: Path) -> None:
    first = run_demo(tmp_path, "--households", "4", "--days", "21")
    assert first.returncode == 0, first.stdout + first.stderr
    table = table_of(first.stdout)
    welcome = re.search(r"thank_you +(\d+) .*?sent (\d+)", table)
    assert welcome is not None
    entered, sent = map(int, welcome.groups())
    assert 0 < sent <= entered <= 4
    assert "still on the way" not in table
    mails = list((tmp_path / "demo" / "mailbox").rglob("*.kesher"))
    assert len(mails) == sum(int(count) for count in re.findall(r"\bsent (\d+)", table))

    again = run_demo(tmp_path, "--keep")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "loaded already" in again.stdout
    assert table_of(again.stdout) == table


@pytest.mark.processes
def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "precious").write_text("mine")
    done = run_demo(tmp_path)
    assert done.returncode == 1
    assert "was not made by the demo" in done.stderr
    assert (tmp_path / "demo" / "precious").read_text() == "mine"

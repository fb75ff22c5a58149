"""The supervisor restarts what dies, waits longer each time, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kesher.config.supervisor import FIRST_PAUSE_SECONDS, AlreadyRunning, Child, hold_folder


def test_a_folder_has_one_supervisor(tmp_path: Path) -> None:
    lock = hold_folder(tmp_path)
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        hold_folder(tmp_path)
    lock.close()
    hold_folder(tmp_path).close()


def test_several_senders_are_started_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.cli.process import process_names
    from kesher.config.environment import environment

    environment.cache_clear()
    assert process_names().count("sender") == 1

    monkeypatch.delenv("KESHER_SMTP_URL", raising=False)
    monkeypatch.setenv("KESHER_SENDERS", "3")
    environment.cache_clear()
    assert process_names() == ("mailbox", "web", "collector", "engine", "sender", "sender", "sender", "jobs")
    environment.cache_clear()


def test_a_child_that_keeps_dying_waits_longer_each_time() -> None:
    child = Child("engine")
    pauses = []
    for _ in range(4):
        child.process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
        child.started_at = time.monotonic()
        child.process.wait()
        assert child.reap()
        pauses.append(child.pause)
    assert pauses == [FIRST_PAUSE_SECONDS * 2**n for n in (1, 2, 3, 4)]


def test_a_living_child_is_left_alone() -> None:
    child = Child("engine")
    child.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert not child.reap()
    finally:
        child.process.kill()
        child.process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_process_leaves_when_its_supervisor_was_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert psutil.wait_procs([child], timeout=10)[1] == []


_PARENT = """
import subprocess, sys, time
code = (
    "from kesher.config.lifecycle import die_with_parent, stop_event\\n"
    "stop = stop_event(); die_with_parent(); print('ready', flush=True); stop.wait(60)"
)
child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
child.stdout.readline()
print(child.pid)
time.sleep(60)
"""

"""How a supervised process stops: on SIGTERM or SIGINT, and when its supervisor is gone."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1
_ROUND_OBJECTS = 20_000
"""New objects between two rounds of the garbage collector. A batch makes thousands, nearly all without cycles."""


def stop_event() -> threading.Event:
    """An event that is set when this process should finish what it is doing and leave."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def die_with_parent() -> None:
    """Ask Linux for SIGTERM when the supervisor dies, so that no process is left behind without one."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)


def keep_what_is_loaded() -> None:
    """Spare the garbage collector what a process has loaded by now and keeps to its end: to look through it again and
    again took a tenth of a sender's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ROUND_OBJECTS)

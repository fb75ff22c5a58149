"""Why a demo cannot go on; `command` turns each into a sentence."""

from __future__ import annotations


class NotOurs(RuntimeError):
    """The folder was not made by the demo."""


class NotStarted(RuntimeError):
    """The installation did not come up."""


class ReplayStuck(RuntimeError):
    """Something that was set in motion does not come to rest: a process is down, or there is a defect."""

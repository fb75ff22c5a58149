"""A run in memory: what journeys_run holds of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kesher.journeys.types import RunState


@dataclass(slots=True)
class PlayedRun:
    """One pass through the journey; `number` counts the runs of the play."""

    number: int
    node: str
    entered_at: datetime
    node_entered_at: datetime
    context: dict[str, Any]
    entry_event: int | None
    entry_key: str | None = None
    visit: int = 1
    state: RunState = RunState.READY
    due_at: datetime | None = None
    exit_due_at: datetime | None = None
    signal: dict[str, Any] | None = None
    goal_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    def end(self, state: RunState, reason: str, at: datetime) -> None:
        """It is over."""
        self.state, self.reason, self.ended_at = state, reason, at
        self.due_at = self.exit_due_at = self.signal = None

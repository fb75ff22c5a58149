"""What a play tells: each thing that happened to a run, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kesher.events.types import LoggedEvent
from kesher.journeys.nodes.played import Decision, Effect, Stand
from kesher.journeys.playing.post import Letter


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """One thing that happened to a run; `name` is that of the event which the live journey would log."""

    at: datetime
    name: str
    run: int
    visit: int
    node: str
    came_from: str | None = None
    outcome: str | None = None
    state: str | None = None
    reason: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class Story(Protocol):
    """Who listens to a play."""

    def event(self, event: LoggedEvent) -> None:
        """Something happened to the person: from outside, or logged by Kesher itself."""

    def step(self, step: PlayedStep) -> None:
        """Something happened to a run."""

    def letter(self, at: datetime, letter: Letter) -> None:
        """A message was put off, held or sent."""

    def decision(self, stand: Stand, decision: Decision) -> None:
        """A node decided about a run."""

    def effect(self, at: datetime, run: int, visit: int, node: str, effect: Effect) -> None:
        """A node did something besides moving the run on."""

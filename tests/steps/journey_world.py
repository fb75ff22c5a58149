"""Submit events, let time pass, look: on the real tick, with the time passed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg

from kesher.config import engine
from kesher.consent import services as consent
from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.events import services as events
from kesher.events.types import PROFILE_IDENTIFIED, IncomingEvent
from kesher.journeys import queries, services
from kesher.journeys.durations import parse_duration
from kesher.journeys.types import Applied, JourneyReport, RunHistory
from kesher.kernel.clock import freeze_clock
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text

ALL = list(range(SHARDS))


class World:
    """One workspace, its people by user id, and the engine."""

    def __init__(self, conn: psycopg.Connection, workspace: int, now: datetime) -> None:
        self.conn = conn
        self.workspace = workspace
        self.now = now
        self.ticks = 0
        self._messages = 0
        self._queue: list[IncomingEvent] | None = None
        engine.prepare(conn)
        freeze_clock(conn, now)
        furnish(workspace, now)

    # What happens

    def track(
        self,
        user: str,
        event: str,
        properties: Mapping[str, Any] | None = None,
        *,
        after: float = 0,
        occurred: datetime | None = None,
        workspace: int | None = None,
    ) -> None:
        """An event, received `after` seconds from now."""
        at = self.now + timedelta(seconds=after)
        self._submit(
            IncomingEvent(
                workspace_id=workspace or self.workspace,
                source_id=0,
                message_id=self._message_id(),
                type="track",
                name=event,
                occurred_at=occurred or at,
                received_at=at,
                user_id=user,
                properties=json.dumps(properties or {}),
            )
        )

    def identify(self, user: str, *, workspace: int | None = None, anonymous: str | None = None, **traits: Any) -> None:
        """Traits of a person."""
        self._submit(
            IncomingEvent(
                workspace_id=workspace or self.workspace,
                source_id=0,
                message_id=self._message_id(),
                type="identify",
                name=PROFILE_IDENTIFIED,
                occurred_at=self.now,
                received_at=self.now,
                user_id=user,
                anonymous_id=anonymous,
                traits=traits,
                properties=json.dumps(traits),
            )
        )

    def together(self) -> World:
        """Hold back what follows until `pass_time` or `tick`: it arrives in one slice."""
        self._queue = []
        return self

    def pass_time(self, duration: str = "") -> None:
        """Let the engine work, then let time pass and the engine work again."""
        self.settle()
        if duration:
            length = parse_duration(duration)
            assert length is not None
            self.now += length.length
            self.settle()

    def settle(self) -> None:
        """Tick until nothing is left to do at this moment."""
        for _ in range(50):
            done = self.tick()
            if not done.events and not done.more and not engine.events_waiting(self.conn, ALL):
                return
        raise AssertionError("the engine does not come to rest")

    def tick(self) -> engine.Ticked:
        """One tick of the engine."""
        self._flush()
        freeze_clock(self.conn, self.now)
        self.ticks += 1
        return engine.tick(self.conn, ALL)

    def _submit(self, event: IncomingEvent) -> None:
        if self._queue is not None:
            self._queue.append(event)
        else:
            events.ingest(self.conn, [event], now=max(self.now, event.received_at))

    def _flush(self) -> None:
        if self._queue:
            events.ingest(self.conn, self._queue, now=max(event.received_at for event in self._queue))
        self._queue = None

    def _message_id(self) -> str:
        self._messages += 1
        return f"m{self._messages}"

    # What is there

    def apply(self, yaml: str, *, workspace: int | None = None) -> Applied:
        """Publish a journey."""
        return services.apply_yaml(yaml, workspace_id=workspace or self.workspace, now=self.now)

    def profile(self, user: str) -> int:
        """The profile behind a user id."""
        return int(self._one("SELECT profile_id FROM profiles_identifier WHERE kind = 'user_id' AND value = %s", user))

    def messages(self) -> list[tuple[str, str]]:
        """(user id, node) of each message that is still to be sent, oldest first."""
        return self.rows(
            "SELECT i.value, m.node FROM messaging_message m"
            " JOIN profiles_identifier i ON i.profile_id = m.profile_id AND i.kind = 'user_id'"
            " WHERE m.state = 'reserved' ORDER BY m.id"
        )

    def withdrawn(self) -> list[tuple[str, str]]:
        """(node, reason) of each message that is held."""
        return self.rows("SELECT node, reason FROM messaging_message WHERE state = 'held' ORDER BY id")

    def runs(self) -> list[tuple[str, str, str | None]]:
        """(node, state, reason) of each run, oldest first."""
        return self.rows("SELECT node, state, reason FROM journeys_run ORDER BY id")

    def report(self, key: str) -> JourneyReport:
        """The journey in numbers."""
        return queries.journey_report(self.conn, workspace_id=self.workspace, key=key)

    def history(self, run_id: int = 1) -> RunHistory:
        """Everything recorded of a run."""
        return queries.get_run_history(self.conn, workspace_id=self.workspace, run_id=run_id)

    def steps(self, run_id: int = 1) -> list[tuple[str, str | None, str | None]]:
        """(event, node, outcome) of what was recorded of a run."""
        return [(step.name, step.node, step.outcome) for step in self.history(run_id).steps]

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """The rows of a question."""
        return self.conn.execute(statement, values).fetchall()

    def _one(self, statement: str, *values: Any) -> Any:
        row = self.conn.execute(statement, values).fetchone()
        assert row is not None, statement
        return row[0]


def furnish(workspace: int, now: datetime) -> None:
    """A topic `offers` and templates `first`, `second`, `third`."""
    consent.create_topic(workspace_id=workspace, key="offers", name=Text(en="Offers", he="מבצעים"))
    for key in ("first", "second", "third"):
        content.save_template(
            workspace_id=workspace,
            key=key,
            name=key,
            variants=[
                VariantSource(language="en", subject="Hello", body="<p>Hello</p>{% footer %}", body_format="html")
            ],
            fallback_language="en",
            now=now,
        )

"""The steps of the tests: people do things, time passes, the engine ticks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psycopg

from kesher.events import services as events
from kesher.events.types import IncomingEvent
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.segments import queries, services

ALL_SHARDS = list(range(SHARDS))


class Shop:
    """A workspace with a clock of its own."""

    _numbers = count()

    def __init__(self, conn: psycopg.Connection, workspace: int, now: datetime) -> None:
        self.conn = conn
        self.workspace = workspace
        self.now = now

    def did(self, who: str, name: str, *, ago: timedelta = timedelta(0), **said: Any) -> int:
        """A person does something, now or earlier; her profile id."""
        return self._ingest(who, "track", name, said=said, at=self.now - ago)

    def identify(self, who: str, *, device_zone: str | None = None, **traits: Any) -> int:
        """A person tells something about herself; her device may tell its time zone."""
        return self._ingest(
            who, "identify", "Profile Identified", said=traits, at=self.now, traits=traits, zone=device_zone
        )

    def joins(self, who: str, key: str, *, kind: str = "company", role: str | None = None, **traits: Any) -> int:
        """A person joins a company, of which something is told."""
        return self._ingest(
            who,
            "group",
            "Group Joined",
            said={**traits, "group_id": key},
            at=self.now,
            traits=traits,
            group={"group_id": key, "group_kind": kind, "group_role": role},
        )

    def company(self, key: str, *, kind: str = "company", **attributes: Any) -> None:
        """Something is told of a company itself."""
        events.save_object(
            self.conn, workspace_id=self.workspace, kind=kind, key=key, attributes=attributes, now=self.now
        )

    def consents(self, profile_id: int, topic: str, state: str) -> None:
        """A person speaks her will about e-mail."""
        entry = Relation(
            "SELECT %(c_ws)s::int AS workspace_id, %(c_id)s::bigint AS profile_id, 'email' AS channel,"
            " %(c_topic)s::text AS topic, %(c_state)s::text AS state, 'form' AS source, '' AS wording,"
            " '{}'::jsonb AS evidence, %(c_at)s::timestamptz AS given_at",
            {"c_ws": self.workspace, "c_id": profile_id, "c_topic": topic, "c_state": state, "c_at": self.now},
        )
        events.record_consents(self.conn, entry, now=self.now)

    def segment(self, key: str, rule: dict[str, Any]) -> None:
        """Save a segment."""
        services.save_segment(
            self.conn, workspace_id=self.workspace, key=key, name=Text(en=key, he=key), rule=rule, now=self.now
        )

    def tick(self, shards: Sequence[int] = ALL_SHARDS, consumer: str = "engine") -> bool:
        """One tick of the engine's first half; True when it did something or more is to be done."""
        with self.conn.transaction():
            piece = events.open_slice(self.conn, consumer=consumer, shards=shards, limit=1_000)
            more = events.tell_object_changes(self.conn, now=self.now)
            more = services.advance_segments(self.conn, now=self.now, shards=shards) or more
            events.close_slice(self.conn, piece)
        return more or piece.rows > 0

    def settle(self) -> None:
        """Tick until there is nothing left to do."""
        for _ in range(50):
            if not self.tick():
                return
        raise AssertionError("the ticks do not come to rest")

    def pass_time(self, **lengths: float) -> None:
        """Move the clock, stopping at each timer on the way as the engine does."""
        target = self.now + timedelta(**lengths)
        while (due := queries.next_timer(self.conn, ALL_SHARDS)) is not None and due <= target:
            self.now = max(due, self.now)
            self.settle()
        self.now = target

    def members(self, key: str) -> list[int]:
        """Who is in a segment."""
        rows = queries.list_members(self.conn, workspace_id=self.workspace, key=key, limit=10_000)
        return [row.profile_id for row in rows]

    def news(self, profile_id: int) -> list[tuple[str, str, str]]:
        """What the log says of a person's memberships: (name, segment, cause), oldest first."""
        rows = self.conn.execute(
            "SELECT name, properties ->> 'segment', properties ->> 'cause' FROM events_event"
            " WHERE profile_id = %s AND name IN ('Segment Entered', 'Segment Left') ORDER BY occurred_at, id",
            (profile_id,),
        )
        return rows.fetchall()

    def _ingest(
        self,
        who: str,
        kind: str,
        name: str,
        *,
        said: Any,
        at: datetime,
        traits: Any = None,
        zone: str | None = None,
        group: dict[str, Any] | None = None,
    ) -> int:
        call = IncomingEvent(
            workspace_id=self.workspace,
            source_id=0,
            message_id=f"shop-{next(self._numbers)}",
            type=kind,
            name=name,
            occurred_at=at,
            received_at=self.now,
            user_id=who,
            traits=traits,
            timezone=zone,
            properties=json.dumps(said),
            **(group or {}),
        )
        profile_id = events.ingest(self.conn, [call], now=self.now).profile_ids[0]
        assert profile_id is not None
        return profile_id

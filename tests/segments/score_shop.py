"""A shop that scores its leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segment_shop import ALL_SHARDS, Shop

from kesher.events import services as events
from kesher.events.queries import has_unread
from kesher.kernel.text import Text
from kesher.segments import queries, services
from kesher.segments.types import Score

MODEL: dict[str, Any] = {
    "fit": {
        "maximum": 100,
        "rules": [
            {"rule": {"trait": "employees", "op": "ge", "value": 50}, "points": 60, "name": "A larger company"},
            {"rule": {"trait": "country", "op": "eq", "value": "IL"}, "points": 30},
            {"rule": {"trait": "email", "op": "ends", "value": "@gmail.com"}, "points": -20},
        ],
        "grades": {"A": 80, "B": 50, "C": 20},
    },
    "engagement": {
        "half_life": {"days": 10},
        "events": [
            {"event": "Page Read", "points": 5, "maximum": 20},
            {"event": "Demo Booked", "points": 40},
            {"event": "Page Read", "where": [{"property": "path", "op": "eq", "value": "/pricing"}], "points": 10},
        ],
        "grades": {"1": 60, "2": 30, "3": 10},
    },
    "stages": [
        {"key": "subscriber"},
        {"key": "lead", "rule": {"score": "leads", "of": "grade", "op": "in", "value": ["A", "B", "1", "2", "3"]}},
        {"key": "qualified", "rule": {"score": "leads", "of": "grade", "op": "ge", "value": "B2"}, "back": True},
        {"key": "customer", "rule": {"event": "Order Completed"}},
    ],
}


class ScoreShop(Shop):
    """A workspace with a clock of its own, whose ticks count scores too."""

    def score_by(self, definition: Any = MODEL, key: str = "leads") -> None:
        """Create or edit a model, without waiting for anything."""
        name = Text(en=key, he=key)
        services.save_score_model(
            self.conn, workspace_id=self.workspace, key=key, name=name, definition=definition, now=self.now
        )

    def merge(self, winner: int, loser: int) -> int:
        """Two people turn out to be one; the merge's id."""
        merged = events.merge_profiles(
            self.conn, workspace_id=self.workspace, winner_id=winner, loser_id=loser, reason="test", now=self.now
        )
        return merged.merge_id

    def undo(self, merge_id: int) -> None:
        """They were two after all."""
        events.undo_merge(self.conn, workspace_id=self.workspace, merge_id=merge_id, now=self.now)

    def score(self, profile_id: int, key: str = "leads") -> Score:
        """What is stored of a person's score."""
        return queries.load_person(self.conn, profile_id).scores[key]

    def engagement(self, profile_id: int, key: str = "leads") -> float:
        """Her engagement at this moment, to six places."""
        return round(self.score(profile_id, key).engagement.at(self.now), 6)

    def tick(self, shards: Sequence[int] = ALL_SHARDS, consumer: str = "engine") -> bool:
        """One tick of the engine as far as scores; True when it did something or more is to be done."""
        with self.conn.transaction():
            piece = events.open_slice(self.conn, consumer=consumer, shards=shards, limit=1_000)
            more = events.tell_object_changes(self.conn, now=self.now)
            more = services.advance_segments(self.conn, now=self.now, shards=shards) or more
            more = services.advance_scores(self.conn, piece, now=self.now) or more
            events.close_slice(self.conn, piece)
        return more or has_unread(self.conn, consumer=consumer, shards=shards)

    def graded(self, profile_id: int) -> list[tuple[str, str | None, str | None]]:
        """What the log says of a person's grades and stages: (name, from, to), oldest first."""
        rows = self.conn.execute(
            "SELECT name, properties ->> 'from', properties ->> 'to' FROM events_event"
            " WHERE profile_id = %s AND name IN ('Score Grade Changed', 'Stage Changed') ORDER BY occurred_at, id",
            (profile_id,),
        )
        return rows.fetchall()

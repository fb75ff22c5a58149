"""The live engine under a virtual clock, and everything that it wrote about one person's runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, groupby
from typing import Any

import psycopg
from journeys_to_play import SEGMENTS
from psycopg.types.json import Jsonb

from kesher.accounts import services as accounts
from kesher.config import engine
from kesher.consent import services as consent
from kesher.content import queries as content_queries
from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.events import services as events
from kesher.events.types import GROUP_JOINED, PROFILE_IDENTIFIED, IncomingEvent, LoggedEvent
from kesher.journeys import queries as journeys
from kesher.journeys.services import add_coupons, publish_journey, save_coupon_pool
from kesher.kernel.clock import freeze_clock
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.profiles import services as profiles
from kesher.profiles.errors import ObjectNotFound
from kesher.segments import queries as segment_queries
from kesher.segments import services as segments

START = datetime(2025, 3, 26, 4, 0, tzinfo=UTC)
"""Two days before the spring's clock change in Israel (28 March 2025, 02:00)."""
UNTIL = START + timedelta(days=7)
CODES = 2
"""So many coupons are in the pool."""
ALL = list(range(SHARDS))

Life = Sequence[tuple[int, tuple[str, str, Any, int]]]


class Restless(Exception):
    """The journey's own events start it again and again at one moment."""


class Engine:
    """One workspace with one person."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn
        self.now = START - timedelta(days=1)
        self._numbers = count()
        engine.prepare(conn)
        self.workspace = self._furnish()
        segments_now = {"workspace_id": self.workspace, "now": self.now}
        segments.create_list(conn, key="news", name=_text("news"), **segments_now)
        profiles.save_object_kind(conn, key="company", name=_text("c"), plural=_text("c"), **segments_now)
        for key, rule in SEGMENTS.items():
            segments.save_segment(conn, key=key, name=_text(key), rule=rule, **segments_now)
        other = {"journey": "other", "name": "Other", "entry": {"event": "Never"}, "nodes": {"end": {"type": "exit"}}}
        publish_journey(other, workspace_id=self.workspace, now=self.now)
        self.profile = self._ingest("identify", PROFILE_IDENTIFIED, {"plan": "basic", "email": "dana@shop.test"}, 0)
        self._put_out_codes_and_a_colleague()
        self._settle()
        self.now = START
        self._settle()

    def _furnish(self) -> int:
        row = self.conn.execute(
            "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
            " VALUES ('played', '', 'Asia/Jerusalem', 'he', '{}', %s) RETURNING id",
            (self.now,),
        ).fetchone()
        assert row is not None
        consent.create_topic(workspace_id=row[0], key="offers", name=_text("Offers"))
        content_queries.forget_compiled()
        for key in ("first", "second"):
            content.save_template(
                workspace_id=row[0],
                key=key,
                name=key,
                variants=[
                    VariantSource(language="en", subject="Hello", body="<p>Hello</p>{% footer %}", body_format="html")
                ],
                fallback_language="en",
                now=self.now,
            )
        return int(row[0])

    def _put_out_codes_and_a_colleague(self) -> None:
        own = {"workspace_id": self.workspace, "key": "sale"}
        save_coupon_pool(self.conn, **own, name=_text("Sale"), warn_below=0, now=self.now)
        add_coupons(self.conn, [f"sale-{number + 1}" for number in range(CODES)], **own)
        noa = accounts.create_user(email="noa@shop.test", now=self.now)
        accounts.add_member(workspace_id=self.workspace, user_id=noa.id, role="viewer")

    def live(self, life: Life) -> list[LoggedEvent]:
        """Let the life happen until the end of time; the events from outside, as the log has them."""
        heard: list[LoggedEvent] = []
        for step, group in groupby(sorted(life, key=lambda each: each[0]), key=lambda each: each[0]):
            at = START + timedelta(hours=6 * step)
            self._pass_time(at - timedelta(microseconds=1))
            self.now = at
            for _, happening in group:
                heard += self._happen(*happening)
            self._settle()
        self._pass_time(UNTIL)
        return heard

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a question, by column."""
        with self.conn.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            return cursor.execute(statement).fetchall()  # type: ignore[arg-type]

    # Means

    def _happen(self, kind: str, name: str, said: Any, late: int) -> list[LoggedEvent]:
        before = self._last_event()
        profile = Relation("SELECT %(l_profile)s::bigint AS profile_id", {"l_profile": self.profile})
        if kind == "list":
            change = segments.add_to_list if said else segments.remove_from_list
            change(self.conn, profile, workspace_id=self.workspace, key=name, now=self.now)
        elif kind == "consent":
            events.record_consents(self.conn, self._consent(name, said), now=self.now)
        elif kind == "system":
            events.append_events(self.conn, self._logged(name, said), now=self.now)
        elif kind in ("group", "object", "parted"):
            self._befall(kind, name, said, profile)
        else:
            self._ingest(kind, PROFILE_IDENTIFIED if kind == "identify" else name, said, late)
        rows = self.conn.execute(
            "SELECT id, type, name, occurred_at, received_at, NULL, properties::text, context FROM events_event"
            " WHERE id > %s ORDER BY id",
            (before,),
        )
        return [LoggedEvent(*row[:6], json.loads(row[6], parse_float=Decimal), row[7]) for row in rows]

    def _befall(self, kind: str, key: str, said: dict[str, Any], person: Relation) -> None:
        """Something happens to a company, and its people are told at once."""
        named = {"workspace_id": self.workspace, "kind": "company", "key": key, "now": self.now}
        if kind == "group":
            self._ingest(kind, GROUP_JOINED, said, 0, group_id=key, group_role=said.get("plan"))
        elif kind == "object":
            events.save_object(self.conn, attributes=said, **named)
        else:
            with suppress(ObjectNotFound):
                events.unrelate_people(self.conn, person, **named)
        while events.tell_object_changes(self.conn, now=self.now):
            pass

    def _last_event(self) -> int:
        row = self.conn.execute("SELECT coalesce(max(id), 0) FROM events_event").fetchone()
        assert row is not None
        return int(row[0])

    def _consent(self, topic: str, state: str) -> Relation:
        return Relation(
            "SELECT %(c_workspace)s::int AS workspace_id, %(c_profile)s::bigint AS profile_id, 'email' AS channel,"
            " %(c_topic)s::text AS topic, %(c_state)s::text AS state, 'form' AS source, '' AS wording,"
            " '{}'::jsonb AS evidence, %(c_at)s::timestamptz AS given_at",
            {
                "c_workspace": self.workspace,
                "c_profile": self.profile,
                "c_topic": topic,
                "c_state": state,
                "c_at": self.now,
            },
        )

    def _logged(self, name: str, said: Any) -> Relation:
        return Relation(
            "SELECT %(s_workspace)s::int AS workspace_id, %(s_profile)s::bigint AS profile_id,"
            " %(s_name)s::text AS name,"
            " %(s_at)s::timestamptz AS occurred_at, %(s_said)s::jsonb AS properties",
            {
                "s_workspace": self.workspace,
                "s_profile": self.profile,
                "s_name": name,
                "s_at": self.now,
                "s_said": Jsonb(said),
            },
        )

    def _ingest(self, kind: str, name: str, said: dict[str, Any], late: int, **more: Any) -> int:
        event = IncomingEvent(
            workspace_id=self.workspace,
            source_id=0,
            message_id=f"m{next(self._numbers)}",
            type=kind,
            name=name,
            occurred_at=self.now - timedelta(minutes=late),
            received_at=self.now,
            user_id="dana",
            traits=said if kind in ("identify", "group") else None,
            properties=json.dumps(said),
            **more,
        )
        profile_id = events.ingest(self.conn, [event], now=self.now).profile_ids[0]
        assert profile_id is not None
        return profile_id

    def _pass_time(self, until: datetime) -> None:
        while True:
            timers = [each.next_timer(self.conn, ALL) for each in (segment_queries, journeys)]
            due = min((at for at in timers if at is not None), default=None)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self._settle()
        self.now = until

    def _settle(self) -> None:
        for _ in range(100):
            freeze_clock(self.conn, self.now)
            done = engine.tick(self.conn, ALL)
            if not done.events and not done.more and not engine.events_waiting(self.conn, ALL):
                return
        raise Restless


def _text(word: str) -> Text:
    return Text(en=word, he=word)

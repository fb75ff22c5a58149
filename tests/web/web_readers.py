"""People with messages in hand, and what the pages wrote about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.http import HttpResponse
from django.test import Client

from kesher.consent.models import Topic
from kesher.content import services as content
from kesher.content.types import VariantSource

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class Readers:
    """A workspace in the database, with short ways to look at what happened in it."""

    conn: psycopg.Connection
    workspace_id: int
    now: datetime
    version_id: int

    @classmethod
    def in_shop(cls, conn: psycopg.Connection, workspace_id: int, now: datetime) -> Readers:
        """A workspace with a brand, two topics and a template."""
        content.save_brand_kit(
            workspace_id=workspace_id,
            values={
                "name": {"en": "The Corner Shop", "he": "חנות השכונה"},
                "address": {"en": "1 Herzl", "he": "הרצל 1"},
                "phone": "03-555-1234",
            },
            now=now,
        )
        Topic.objects.create(
            workspace_id=workspace_id,
            key="offers",
            name={"en": "Offers", "he": "מבצעים"},
            description={"en": "Once a week", "he": "פעם בשבוע"},
        )
        Topic.objects.create(workspace_id=workspace_id, key="news", name={"en": "News <b>", "he": "חדשות"}, position=1)
        Topic.objects.create(
            workspace_id=workspace_id, key="orders", name={"en": "Orders", "he": "הזמנות"}, purpose="transactional"
        )
        template = content.save_template(
            workspace_id=workspace_id,
            key="t",
            name="t",
            variants=[VariantSource("he", "s", "<p>x</p>", "html")],
            fallback_language="he",
            now=now,
        )
        return cls(conn, workspace_id, now, template.version.id)

    def add(self, *, language: str | None = "he", granted: tuple[str, ...] = ("offers",)) -> int:
        """A person who agreed to some topics; her profile's id."""
        row = self.conn.execute(
            "INSERT INTO profiles_profile (workspace_id, shard, traits, email, language, created_at)"
            " VALUES (%s, 0, '{}', 'dana@example.com', %s, %s) RETURNING id",
            (self.workspace_id, language, self.now),
        ).fetchone()
        assert row is not None
        self.conn.execute("UPDATE profiles_profile SET shard = id %% 64 WHERE id = %s", (row[0],))
        for topic in granted:
            self.set_state(row[0], topic, "granted")
        return int(row[0])

    def set_state(self, profile_id: int, topic: str, state: str) -> None:
        """What holds for a topic."""
        self.conn.execute(
            "INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at)"
            " VALUES (%s, 'email', %s, %s, %s, %s, %s)",
            (profile_id, topic, self.workspace_id, profile_id % 64, state, self.now - timedelta(days=9)),
        )

    def send(self, profile_id: int, *, topic: str = "offers", sent_at: datetime | None = None) -> int:
        """A message in the person's hands, sent an hour ago."""
        sent = sent_at or self.now - timedelta(hours=1)
        row = self.conn.execute(
            "INSERT INTO messaging_message (workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose,"
            " topic, template_version_id, state, available_at, attempts, uncertain, reserved_at, sent_at)"
            " VALUES (%s, %s, %s, %s, 1, 'email', 'marketing', %s, %s, 'sent', %s, 1, false, %s, %s) RETURNING id",
            (self.workspace_id, profile_id % 64, profile_id, profile_id, topic, self.version_id, sent, sent, sent),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def states(self, profile_id: int) -> dict[str, str]:
        """What holds now, by topic."""
        rows = self.conn.execute("SELECT topic, state FROM consent_state WHERE profile_id = %s", (profile_id,))
        return dict(rows.fetchall())

    def entries(self, profile_id: int) -> list[dict[str, Any]]:
        """What was written into the ledger of consent, in order."""
        rows = self.conn.execute(
            "SELECT topic, state, source, wording, evidence FROM consent_entry WHERE profile_id = %s ORDER BY id",
            (profile_id,),
        )
        return [dict(zip(("topic", "state", "source", "wording", "evidence"), row, strict=True)) for row in rows]

    def events(self, profile_id: int, name: str) -> list[dict[str, Any]]:
        """The properties of the events of a name."""
        rows = self.conn.execute(
            "SELECT properties FROM events_event WHERE profile_id = %s AND name = %s ORDER BY id", (profile_id, name)
        )
        return [row[0] for row in rows]


def browser(**headers: str) -> Client:
    """A person's browser; it has no cookies and no CSRF token yet."""
    return Client(headers={"User-Agent": FIREFOX, **headers}, enforce_csrf_checks=True)


def path_of(url: str) -> str:
    """The path of an address of this installation."""
    return "/" + url.split("/", 3)[3]


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()

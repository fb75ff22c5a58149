"""A shop with people, a template and a mail server that does what the test says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from kesher.content import services as content
from kesher.content.types import VariantSource
from kesher.kernel.relations import Relation
from kesher.kernel.text import Text
from kesher.messaging import sender, services

_BODY = """<html><head><title>t</title></head><body>
<p>{name_line}</p><p><a href="https://shop.example/p?id=1&amp;n=2">look</a></p>
<p><a href="{{{{ links.unsubscribe }}}}" data-notrack>unsubscribe</a></p></body></html>"""


@dataclass
class Shop:
    """A workspace in the database, with short ways to put people and messages into it."""

    conn: psycopg.Connection
    workspace_id: int
    version_id: int
    now: datetime

    def add_profile(
        self,
        email: str | None = "",
        *,
        consent: str | None = "granted",
        topic: str = "news",
        language: str = "he",
        timezone: str | None = None,
        traits: dict[str, Any] | None = None,
        workspace_id: int | None = None,
    ) -> int:
        """A living profile; `email=""` makes one up. `consent` is its state on the topic."""
        workspace_id = workspace_id or self.workspace_id
        row = self.conn.execute(
            "INSERT INTO profiles_profile (workspace_id, shard, traits, email, language, timezone, created_at)"
            " VALUES (%s, 0, %s, %s, %s, %s, %s) RETURNING id",
            (workspace_id, Jsonb(traits or {}), email or None, language, timezone, self.now),
        ).fetchone()
        assert row is not None
        profile_id = int(row[0])
        if email == "":
            self.conn.execute(
                "UPDATE profiles_profile SET email = %s WHERE id = %s", (f"p{profile_id}@people.example", profile_id)
            )
        self.conn.execute("UPDATE profiles_profile SET shard = id %% 64 WHERE id = %s", (profile_id,))
        if consent:
            self.set_consent(profile_id, consent, topic=topic)
        return profile_id

    def set_consent(self, profile_id: int, state: str, *, topic: str = "", channel: str = "email") -> None:
        self.conn.execute(
            "INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (profile_id, channel, topic) DO UPDATE SET state = excluded.state",
            (profile_id, channel, topic, self.workspace_id, profile_id % 64, state, self.now),
        )

    def reserve(
        self,
        profile_id: int,
        *,
        lane: int = 1,
        purpose: str = "marketing",
        topic: str = "news",
        at: datetime | None = None,
        context: dict[str, Any] | None = None,
        version_id: int | None = None,
        run_id: int | None = None,
        priority: int = 50,
    ) -> int:
        """Reserve one message as a journey's node would; its id."""
        number = next(_RUNS)
        relation = Relation(
            "SELECT %(r_w)s::int AS workspace_id, %(r_p)s::bigint AS profile_id, %(r_l)s::smallint AS lane,"
            " 'email'::text AS channel, %(r_u)s::text AS purpose, %(r_t)s::text AS topic,"
            " %(r_y)s::smallint AS priority,"
            " %(r_v)s::bigint AS template_version_id, %(r_r)s::bigint AS run_id, 'mail'::text AS node,"
            " 1::int AS occurrence, %(r_c)s::jsonb AS context, %(r_a)s::timestamptz AS available_at",
            {
                "r_w": self.workspace_id,
                "r_p": profile_id,
                "r_l": lane,
                "r_u": purpose,
                "r_t": topic,
                "r_v": version_id or self.version_id,
                "r_r": run_id or number,
                "r_c": Jsonb(context or {}),
                "r_a": at or self.now,
                "r_y": priority,
            },
        )
        assert services.reserve_messages(self.conn, relation, now=self.now) == 1
        row = self.conn.execute("SELECT max(id) FROM messaging_message").fetchone()
        assert row is not None
        return int(row[0])

    def send(self, now: datetime | None = None) -> int:
        """One pass of the sender."""
        return sender.send_pending(self.conn, now=now or self.now)

    def use_server(self, port: int, *, secret: str | None = None, **settings: Any) -> None:
        """Send through a server on loopback."""
        services.save_provider(
            self.conn,
            workspace_id=self.workspace_id,
            channel="email",
            kind="smtp",
            name="test",
            settings={"host": "127.0.0.1", "port": port, "tls": "none", "connections": 1, **settings},
            secret=secret,
        )

    def state(self, message_id: int) -> tuple[str, str | None]:
        """State and reason of a message."""
        row = self.conn.execute("SELECT state, reason FROM messaging_message WHERE id = %s", (message_id,)).fetchone()
        assert row is not None
        return row[0], row[1]

    def field(self, message_id: int, name: str) -> Any:
        """One column of a message."""
        row = self.conn.execute(f"SELECT {name} FROM messaging_message WHERE id = %s", (message_id,)).fetchone()
        assert row is not None
        return row[0]

    def events(self, name: str | None = None) -> list[tuple[str, int, dict[str, Any]]]:
        """The system events about messages in the log, in order: name, profile, properties."""
        rows = self.conn.execute(
            "SELECT name, profile_id, properties FROM events_event WHERE type = 'system'"
            " AND name LIKE 'Message %%' AND (%s::text IS NULL OR name = %s) ORDER BY id",
            (name, name),
        ).fetchall()
        return [(row[0], row[1], row[2]) for row in rows]


_RUNS = count(1)


def make_template(
    workspace_id: int,
    now: datetime,
    *,
    key: str = "hello",
    name_line: str = "",
    subject: str = "",
    missing: str = "default",
) -> int:
    """A template in Hebrew and English; the id of its version."""
    line = name_line or "{{ customer.first_name | default: 'friend' }}"
    template = content.save_template(
        workspace_id=workspace_id,
        key=key,
        name=Text(en="Hello", he="שלום"),
        variants=[
            VariantSource(
                "he", subject or "שלום {{ customer.first_name }}", _BODY.format(name_line="היי " + line), "html"
            ),
            VariantSource(
                "en", subject or "Hello {{ customer.first_name }}", _BODY.format(name_line="Hi " + line), "html"
            ),
        ],
        fallback_language="en",
        missing=missing,
        now=now,
    )
    return template.version.id

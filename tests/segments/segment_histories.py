"""People with histories, written straight into the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

START = datetime(2025, 3, 20, tzinfo=UTC)
"""Nine days around the spring's clock change in Israel (28 March 2025, 02:00)."""
SPAN_HOURS = 24 * 9

TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "חיפה",
    "חיפה ב׳",
    "é",
    "e\u0301",
    "🛒",
    "10",
    "true",
    "2025-03-28",
    "2025-02-30",
    "2024-02-29",
    "2025-03-28T00:30:00+02:00",
    "2025-03-27T22:30:00Z",
    "2025-03-27T22:30:00.5Z",
    "2025-03-27T25:00:00Z",
    "now",
    "infinity",
]
NUMBERS: list[Any] = [0, 1, 2, 10, -3, 0.1, 0.2, 0.3, 1.0, 1e-7, 12345678901234567, 1e300]
ZONES = [None, "Asia/Jerusalem", "America/New_York", "Asia/Kolkata", "America/Havana", "Pacific/Apia"]
NAMES = ["Order", "הזמנה", "Message Opened"]
SEGMENTS = ["vip", "quiet"]
LISTS = ["news"]

texts = st.sampled_from(TEXTS)
scalars = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), texts)
values = st.one_of(scalars, scalars, st.lists(scalars, max_size=3), st.fixed_dictionaries({}, optional={"b": scalars}))
items = st.lists(st.one_of(scalars, st.fixed_dictionaries({}, optional={"c": scalars, "p": scalars})), max_size=3)
properties = st.fixed_dictionaries({}, optional={"n": scalars, "a": values, "items": st.one_of(items, scalars)})
PATHS = ["n", "a", "a.b", "a[]", "items[].c", "items[].p", "items[]", "missing", "n.x"]


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A moment of the nine days: on the hour, or next to it, so that edges are met exactly."""
    hours = draw(st.integers(0, SPAN_HOURS))
    return START + timedelta(hours=hours, microseconds=draw(st.sampled_from([0, 0, 0, -1, 1])))


@dataclass
class Past:
    """What is known about one made-up person."""

    traits: dict[str, Any] = field(default_factory=dict)
    zone: str | None = None
    events: list[tuple[str, str, datetime, dict[str, Any]]] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    consents: dict[tuple[str, str], str] = field(default_factory=dict)
    objects: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """(kind, key) to (role, attributes)."""


names = st.sampled_from(["Order", *NAMES, "Order"])
_events = st.tuples(names, st.sampled_from(["track", "system"]), moments(), properties)
_near_days = st.integers(0, SPAN_HOURS // 24).map(lambda n: (START + timedelta(days=n)).date().isoformat())
_born = st.sampled_from(["2000-02-29", "2024-02-29", "2025-03-21", "2024-03-27", "1990-03-30T22:30:00Z", "1980-12-31"])
_points = {
    "latitude": st.sampled_from([32.0853, 32.794, 90, -91, "32"]),
    "longitude": st.sampled_from([34.9896, 180, 0]),
}
_places = {"country": st.sampled_from(["IL", "FR", 3]), "city": st.sampled_from(["חיפה", "Haifa", "Paris"]), **_points}
whereabouts = st.fixed_dictionaries({}, optional={"born": _born, **_places})
_traits = {
    "n": scalars,
    "a": values,
    "items": items,
    "day": st.one_of(texts, _near_days, _near_days),
    "born": _born,
    "address": st.one_of(scalars, st.fixed_dictionaries({}, optional=_places)),
    **_places,
}
ROLES = ["", "admin", "owner"]
attributes = st.fixed_dictionaries({}, optional={**_traits, "timezone": st.sampled_from(["UTC", "x"])})
belongings = st.dictionaries(
    st.tuples(st.sampled_from(["company", "company", "course"]), st.sampled_from(["a", "b", "ג"])),
    st.tuples(st.sampled_from(ROLES), attributes),
    max_size=3,
)
pasts = st.builds(
    Past,
    objects=belongings,
    traits=st.fixed_dictionaries({}, optional=_traits),
    zone=st.sampled_from(ZONES),
    events=st.lists(_events, max_size=8),
    segments=st.lists(st.sampled_from(SEGMENTS), unique=True),
    lists=st.lists(st.sampled_from(LISTS), unique=True),
    consents=st.dictionaries(
        st.tuples(st.just("email"), st.sampled_from(["", "news"])), st.sampled_from(["granted", "denied", "pending"])
    ),
)
KEPT = ["Message Sent", "Message Opened", "Message Clicked"]
RUNS = ["Journey Entered", "Journey Step Entered", "Journey Step Entered", "Journey Run Moved", "Journey Exited"]
kept_events = st.tuples(
    st.sampled_from(KEPT),
    st.sampled_from(["system", "system", "track"]),
    moments(),
    st.fixed_dictionaries(
        {},
        optional={
            "template": st.sampled_from(["hello", "bye"]),
            "journey": st.sampled_from(["welcome", "other"]),
            "node": st.sampled_from(["mail", "wait"]),
            "url": st.sampled_from(["https://shop.example/a?b=1", "https://shop.example/"]),
            "machine": st.booleans(),
        },
    ),
)
walked_events = st.tuples(
    st.sampled_from([*RUNS, "Journey Goal Reached"]),
    st.sampled_from(["system", "system", "system", "track"]),
    moments(),
    st.fixed_dictionaries(
        {
            "journey": st.sampled_from(["welcome", "welcome", "other"]),
            "run_id": st.sampled_from([1, 2]),
            "node": st.sampled_from(["mail", "wait"]),
            "state": st.sampled_from(["completed", "exited"]),
        }
    ),
)


def _numbered(events: list[Any]) -> list[Any]:
    """The steps of runs numbered as the engine does, in the order of time; a moved run keeps its number."""
    done: list[Any] = []
    for number, (name, kind, at, said) in enumerate(sorted(events, key=lambda event: event[2]), start=1):
        done.append((name, kind, at, {**said, "step": number // 2 if name == "Journey Run Moved" else number}))
    return done


belonging_pasts = st.builds(Past, objects=belongings, zone=st.sampled_from(ZONES))
kept_pasts = st.builds(Past, events=st.lists(kept_events, min_size=2, max_size=8))
walked_pasts = st.builds(
    Past, events=st.lists(walked_events, min_size=2, max_size=8, unique_by=lambda event: event[2]).map(_numbered)
)
busy_pasts = st.builds(
    Past, events=st.lists(_events, min_size=4, max_size=10), zone=st.sampled_from(ZONES), segments=st.just([])
)


def write_people(conn: psycopg.Connection, workspace: int, people: list[Past]) -> list[int]:
    """Write made-up people into the tables; their profile ids."""
    ids: list[int] = []
    for past in people:
        row = conn.execute(
            "INSERT INTO profiles_profile (workspace_id, shard, traits, timezone, created_at)"
            " VALUES (%s, 0, %s, %s, %s) RETURNING id",
            (workspace, Jsonb(past.traits), past.zone, START),
        ).fetchone()
        assert row is not None
        ids.append(row[0])
    conn.execute("UPDATE profiles_profile SET shard = id %% 64 WHERE id = ANY(%s)", (ids,))
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO events_event (workspace_id, shard, profile_id, type, name, message_key, occurred_at,"
            " received_at, properties, context) VALUES (%s, %s, %s, %s, %s, gen_random_uuid(), %s, %s, %s, '{}')",
            [
                (workspace, id % 64, id, kind, name, at, at, Jsonb(said))
                for id, past in zip(ids, people, strict=True)
                for name, kind, at, said in past.events
            ],
        )
        cursor.executemany(
            "INSERT INTO segments_membership SELECT id, %s, workspace_id, 0, %s FROM segments_segment"
            " WHERE key = ANY(%s)",
            [(id, START, past.segments) for id, past in zip(ids, people, strict=True)],
        )
        cursor.executemany(
            "INSERT INTO segments_list_member SELECT id, %s, workspace_id, 0, %s FROM segments_list"
            " WHERE key = ANY(%s)",
            [(id, START, past.lists) for id, past in zip(ids, people, strict=True)],
        )
        cursor.executemany(
            "INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at, entry_id)"
            " VALUES (%s, %s, %s, %s, 0, %s, %s, 0)",
            [
                (id, channel, topic, workspace, state, START)
                for id, past in zip(ids, people, strict=True)
                for (channel, topic), state in past.consents.items()
            ],
        )
        cursor.executemany(
            "WITH made AS (INSERT INTO profiles_object (workspace_id, kind, key, attributes, created_at, updated_at)"
            " VALUES (%(workspace)s, %(kind)s, %(key)s, %(said)s, %(at)s, %(at)s)"
            " ON CONFLICT (workspace_id, kind, key) WHERE removed_at IS NULL DO UPDATE SET attributes ="
            " excluded.attributes RETURNING id) INSERT INTO profiles_relation"
            " (profile_id, object_id, workspace_id, shard, role, attributes, related_at)"
            " SELECT %(person)s, id, %(workspace)s, 0, %(role)s, '{}', %(at)s FROM made",
            [
                {"workspace": workspace, "kind": kind, "key": key, "said": Jsonb(said), "at": START}
                | {"person": id, "role": role}
                for id, past in zip(ids, people, strict=True)
                for (kind, key), (role, said) in past.objects.items()
            ],
        )
    conn.execute(
        "INSERT INTO events_summary (profile_id, name, workspace_id, shard, count, first_at, last_at)"
        " SELECT profile_id, name, workspace_id, 0, count(*), min(occurred_at), max(occurred_at)"
        " FROM events_event WHERE profile_id = ANY(%s) GROUP BY 1, 2, 3",
        (ids,),
    )
    return ids


def write_keys(conn: psycopg.Connection, workspace: int) -> None:
    """Write the segments and lists that made-up rules name."""
    for key in SEGMENTS:
        conn.execute(
            "INSERT INTO segments_segment (workspace_id, key, name, rule, state, revision, level, holds_empty,"
            " build_cursor, created_at, updated_at) VALUES (%s, %s, '{}', '{}', 'live', 1, 0, false, 0, %s, %s)",
            (workspace, key, START, START),
        )
    for key in LISTS:
        conn.execute(
            "INSERT INTO segments_list (workspace_id, key, name, created_at) VALUES (%s, %s, '{}', %s)",
            (workspace, key, START),
        )

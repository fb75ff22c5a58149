"""The second law: incremental membership equals evaluation from scratch at every moment.

A random life under a virtual clock: events on time, late and a little ahead, traits, consents, lists, merges and
undone ones, people erased, edited and deleted segments, and time that passes. After each step, and at every moment
between, the table is what both evaluators say of everybody from scratch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from psycopg.types.json import Jsonb
from segment_histories import START, attributes, kept_events, properties, texts, values, walked_events, whereabouts
from segment_rules import rules

from kesher.events import services as events
from kesher.events.temporary import create_temporary_tables as create_event_tables
from kesher.events.types import IncomingEvent
from kesher.kernel.errors import KesherError
from kesher.kernel.relations import Relation
from kesher.kernel.shards import SHARDS
from kesher.kernel.text import Text
from kesher.profiles import services as profiles
from kesher.profiles.errors import MergeNotFound, ObjectNotFound
from kesher.segments import queries, services
from kesher.segments.errors import SegmentBeingRemoved, SegmentCycle, SegmentInUse

ALL_SHARDS = list(range(SHARDS))
KEYS = ["vip", "quiet", "three", "four"]
USERS = ["u1", "u2", "u3"]
_STATE = "TRUNCATE segments_segment, segments_membership, segments_timer, segments_dependency, segments_list,"
_STATE += " segments_list_member, segments_known_profile, consent_topic"
people = st.sampled_from(USERS)
objects = st.sampled_from([("company", "a"), ("company", "b"), ("course", "c")])
late = st.sampled_from([0, 0, 0, 0, 1, 24, 49, 240])


class Life(RuleBasedStateMachine):
    """One workspace, a few people, a few segments."""

    numbers = count()

    def __init__(self, conn: psycopg.Connection) -> None:
        super().__init__()
        self.conn = conn
        self.now = START
        self.ids: dict[str, int] = {}
        self.merges: list[int] = []

    @initialize()
    def open_workspace(self) -> None:
        self.conn.execute(_STATE)
        row = self.conn.execute(
            "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
            " VALUES (%s, '', 'Asia/Jerusalem', 'he', '{}', %s) RETURNING id",
            (f"w{next(self.numbers)}", self.now),
        ).fetchone()
        assert row is not None
        self.workspace = row[0]
        self.conn.execute(
            "INSERT INTO consent_topic (workspace_id, key, name, description, purpose, position)"
            " VALUES (%s, 'news', '{}', '{}', 'marketing', 0)",
            (self.workspace,),
        )
        for table, extra in (("journeys_journey", "state"), ("content_template", "channel")):
            for key in ("welcome", "hello", "bye"):
                self.conn.execute(
                    f"INSERT INTO {table} (workspace_id, key, name, {extra}, created_at)"
                    " VALUES (%s, %s, '{}', 'live', %s)",
                    (self.workspace, key, self.now),
                )
        for kind in ("company", "course"):
            profiles.save_object_kind(
                self.conn, workspace_id=self.workspace, key=kind, name=_text(kind), plural=_text(kind), now=self.now
            )
        services.create_list(self.conn, workspace_id=self.workspace, key="news", name=_text("news"), now=self.now)
        self._save("vip", {"event": "Order", "op": "ge", "value": 2, "within": {"days": 2}})
        self._save("quiet", {"not": {"event": "Order", "within": {"hours": 30}}})
        self._save("three", {"all": [{"segment": "vip"}, {"not": {"list": "news"}}]})
        self._settle_and_check()

    # What happens

    @rule(who=people, name=st.sampled_from(["Order", "הזמנה"]), said=properties, hours=late)
    def event(self, who: str, name: str, said: dict[str, Any], hours: int) -> None:
        self._ingest(who, "track", name, at=self.now - timedelta(hours=hours), said=said)
        self._settle_and_check()

    @rule(who=people, minutes=st.sampled_from([1, 30, 59]))
    def event_ahead(self, who: str, minutes: int) -> None:
        self._ingest(who, "track", "Order", at=self.now + timedelta(minutes=minutes), said={"n": 1})
        self._settle_and_check()

    @rule(who=people, name=st.sampled_from(["n", "a", "day", "timezone"]), value=st.one_of(values, texts))
    def trait(self, who: str, name: str, value: Any) -> None:
        zone = "America/New_York" if name == "timezone" else value
        self._ingest(who, "identify", "Profile Identified", at=self.now, said={name: zone}, traits={name: zone})
        self._settle_and_check()

    @rule(who=people, traits=whereabouts)
    def birth_and_place(self, who: str, traits: dict[str, Any]) -> None:
        self._ingest(who, "identify", "Profile Identified", at=self.now, said=traits, traits=traits)
        self._settle_and_check()

    @rule(who=people, zone=st.sampled_from(["Asia/Jerusalem", "Pacific/Apia"]))
    def device_hints(self, who: str, zone: str) -> None:
        self._ingest(who, "identify", "Profile Identified", at=self.now, said={}, traits={}, zone=zone)
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people, topic=st.sampled_from(["", "news"]), state=st.sampled_from(["granted", "denied", "pending"]))
    def consent(self, who: str, topic: str, state: str) -> None:
        entry = Relation(
            "SELECT %(c_workspace)s::int AS workspace_id, %(c_profile)s::bigint AS profile_id, 'email' AS channel,"
            " %(c_topic)s::text AS topic, %(c_state)s::text AS state, 'form' AS source, '' AS wording,"
            " '{}'::jsonb AS evidence, %(c_at)s::timestamptz AS given_at",
            {
                "c_workspace": self.workspace,
                "c_profile": self.ids.get(who, 0),
                "c_topic": topic,
                "c_state": state,
                "c_at": self.now,
            },
        )
        events.record_consents(self.conn, entry, now=self.now)
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people, joins=st.booleans())
    def list_change(self, who: str, joins: bool) -> None:
        change = services.add_to_list if joins else services.remove_from_list
        profile = Relation("SELECT %(l_profile)s::bigint AS profile_id", {"l_profile": self.ids.get(who, 0)})
        change(self.conn, profile, workspace_id=self.workspace, key="news", now=self.now)
        self._settle_and_check()

    @rule(who=people, thing=objects, role=st.sampled_from([None, "admin", "owner"]), traits=attributes, hours=late)
    def group(self, who: str, thing: tuple[str, str], role: str | None, traits: dict[str, Any], hours: int) -> None:
        kind, key = thing
        said = {"group_id": key, "group_kind": kind, "group_role": role}
        at = self.now - timedelta(hours=hours)
        self._ingest(who, "group", "Group Joined", at=at, said=traits, traits=traits, group=said)
        self._settle_and_check()

    @rule(thing=objects, told=attributes, whole=st.booleans())
    def object_change(self, thing: tuple[str, str], told: dict[str, Any], whole: bool) -> None:
        kind, key = thing
        events.save_object(
            self.conn, workspace_id=self.workspace, kind=kind, key=key, attributes=told, now=self.now, whole=whole
        )
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people, thing=objects, joins=st.booleans(), role=st.sampled_from([None, "", "admin"]))
    def relation(self, who: str, thing: tuple[str, str], joins: bool, role: str | None) -> None:
        person = Relation("SELECT %(r_profile)s::bigint AS profile_id", {"r_profile": self.ids.get(who, 0)})
        named = {"workspace_id": self.workspace, "kind": thing[0], "key": thing[1], "now": self.now}
        with suppress(ObjectNotFound):
            if joins:
                events.relate_people(self.conn, person, role=role, **named)
            else:
                events.unrelate_people(self.conn, person, **named)
        self._settle_and_check()

    @rule(thing=objects)
    def remove_object(self, thing: tuple[str, str]) -> None:
        kind, key = thing
        with suppress(ObjectNotFound):
            events.remove_object(self.conn, workspace_id=self.workspace, kind=kind, key=key, now=self.now)
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people, logged=st.one_of(kept_events, walked_events))
    def system_event(self, who: str, logged: tuple[str, str, datetime, dict[str, Any]]) -> None:
        name, _, _, said = logged
        opened = Relation(
            "SELECT %(o_workspace)s::int AS workspace_id, %(o_profile)s::bigint AS profile_id,"
            " %(o_name)s::text AS name,"
            " %(o_at)s::timestamptz AS occurred_at, %(o_said)s::jsonb AS properties",
            {
                "o_workspace": self.workspace,
                "o_profile": self.ids.get(who, 0),
                "o_name": name,
                "o_at": self.now,
                "o_said": Jsonb({**said, "step": next(self.numbers)}),
            },
        )
        events.append_events(self.conn, opened, now=self.now)
        self._settle_and_check()

    @precondition(lambda self: len(self.ids) > 1)
    @rule(winner=people, loser=people)
    def merge(self, winner: str, loser: str) -> None:
        sides = {"winner_id": self.ids.get(winner, 0), "loser_id": self.ids.get(loser, 0)}
        try:
            merged = events.merge_profiles(self.conn, workspace_id=self.workspace, reason="test", now=self.now, **sides)
            self.merges.append(merged.merge_id)
        except KesherError:
            return
        self._settle_and_check()

    @precondition(lambda self: self.merges)
    @rule()
    def undo_merge(self) -> None:
        with suppress(MergeNotFound):  # she was erased
            events.undo_merge(self.conn, workspace_id=self.workspace, merge_id=self.merges.pop(), now=self.now)
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people)
    def erase(self, who: str) -> None:
        person = Relation("SELECT %(e_profile)s::bigint AS profile_id", {"e_profile": self.ids.get(who, 0)})
        events.erase_profiles(self.conn, person, workspace_id=self.workspace, now=self.now)
        self._settle_and_check()

    @rule(batch=st.lists(st.tuples(people, late), min_size=2, max_size=4))
    def burst(self, batch: list[tuple[str, int]]) -> None:
        for who, hours in batch:
            self._ingest(who, "track", "Order", at=self.now - timedelta(hours=hours), said={"n": hours})
        self._settle_and_check()

    # What is defined

    @rule(key=st.sampled_from(KEYS), source=rules)
    def save(self, key: str, source: dict[str, Any]) -> None:
        try:
            self._save(key, source)
        except (SegmentCycle, SegmentBeingRemoved):
            return
        self._settle_and_check()

    @rule(key=st.sampled_from(["three", "four"]))
    def delete(self, key: str) -> None:
        try:
            services.delete_segment(self.conn, workspace_id=self.workspace, key=key, now=self.now)
        except KesherError as error:
            assert not isinstance(error, SegmentInUse)
            return
        self._settle_and_check()

    # Time

    @rule(hours=st.sampled_from([1, 6, 24, 30, 48, 72]))
    def time_passes(self, hours: int) -> None:
        target = self.now + timedelta(hours=hours)
        while (due := queries.next_timer(self.conn, ALL_SHARDS)) is not None and due <= target:
            assert due > self.now
            self._check(at=due - timedelta(microseconds=1))
            self.now = due
            self._settle_and_check()
        self.now = target
        self._check(at=self.now)

    # The law

    def _settle_and_check(self) -> None:
        for _ in range(20):
            if not self._tick():
                break
        else:
            raise AssertionError("the ticks do not come to rest")
        self._check(at=self.now)

    def _tick(self) -> bool:
        with self.conn.transaction():
            piece = events.open_slice(self.conn, consumer="engine", shards=ALL_SHARDS, limit=1_000)
            more = events.tell_object_changes(self.conn, now=self.now)
            more = services.advance_segments(self.conn, now=self.now, shards=ALL_SHARDS) or more
            events.close_slice(self.conn, piece)
        return more or piece.rows > 0

    def _check(self, *, at: datetime) -> None:
        rows = self.conn.execute(
            "SELECT id FROM profiles_profile WHERE workspace_id = %s AND merged_into_id IS NULL AND erased_at IS NULL",
            (self.workspace,),
        )
        living = [row[0] for row in rows]
        known = queries.load_people(self.conn, living)
        inside: dict[int, set[str]] = {id: set() for id in living}
        for key, tree in self._rules_in_order():
            matching = queries.relation_matching(tree, workspace_id=self.workspace, now=at)
            by_sql = {row[0] for row in self.conn.execute(matching.sql, matching.params)}
            for id in living:
                seen = _with_segments(known[id], inside[id])
                if queries.evaluate(tree, seen, now=at).holds:
                    inside[id].add(key)
                assert (id in by_sql) == (key in inside[id])
        rows = self.conn.execute(
            "SELECT m.profile_id, g.key FROM segments_membership m JOIN segments_segment g ON g.id = m.segment_id"
            " WHERE g.workspace_id = %s",
            (self.workspace,),
        )
        table: dict[int, set[str]] = {id: set() for id in living}
        for id, key in rows:
            assert id in living, "a merged profile is still a member"
            table[id].add(key)
        assert table == inside

    def _rules_in_order(self) -> Sequence[tuple[str, Any]]:
        rows = self.conn.execute(
            "SELECT key, rule FROM segments_segment WHERE workspace_id = %s ORDER BY level", (self.workspace,)
        )
        return [(key, queries.parse_rule(source)) for key, source in rows]

    # Means

    def _save(self, key: str, source: dict[str, Any]) -> None:
        services.save_segment(
            self.conn, workspace_id=self.workspace, key=key, name=_text(key), rule=source, now=self.now
        )

    def _ingest(
        self,
        who: str,
        kind: str,
        name: str,
        *,
        at: datetime,
        said: dict[str, Any],
        traits: Any = None,
        zone: str | None = None,
        group: dict[str, Any] | None = None,
    ) -> None:
        result = events.ingest(
            self.conn,
            [
                IncomingEvent(
                    workspace_id=self.workspace,
                    source_id=0,
                    message_id=f"m{next(self.numbers)}",
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
            ],
            now=self.now,
        )
        if result.profile_ids[0] is not None:
            self.ids[who] = result.profile_ids[0]


def _with_segments(person: Any, keys: set[str]) -> Any:
    return replace(person, segments=frozenset(keys))


def _text(key: str) -> Text:
    return Text(en=key, he=key)


def test_membership_equals_evaluation_from_scratch_at_every_moment(conn: psycopg.Connection) -> None:
    create_event_tables(conn)
    run_state_machine_as_test(
        lambda: Life(conn),
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

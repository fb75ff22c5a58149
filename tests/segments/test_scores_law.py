"""The law of scores: counted step by step equals counted from scratch, at every moment.

A random life under a virtual clock, with late and early events, traits, merges and undone ones, people erased, and
edited models. After each step, and just before each timer, every score, grade and stage is what the whole history
says, and both evaluators give the same answer to rules about it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from score_shop import ScoreShop
from segment_histories import START
from segment_shop import ALL_SHARDS

from kesher.events import services as events
from kesher.events.temporary import create_temporary_tables
from kesher.kernel.errors import KesherError
from kesher.kernel.relations import Relation
from kesher.profiles.errors import MergeNotFound
from kesher.segments import queries
from kesher.segments.types import Person

STATE = (
    "TRUNCATE segments_segment, segments_membership, segments_timer, segments_dependency, segments_known_profile,"
    " segments_score_model, segments_score, segments_score_dependency"
)
PEOPLE = ["u1", "u2", "u3"]
RULES = [
    {"trait": "n", "op": "ge", "value": 2},
    {"event": "Order", "within": {"hours": 30}},
    {"not": {"event": "Visit"}},
    {"segment": "busy"},
]
ASKED = [
    {"score": "leads", "of": "engagement", "op": "ge", "value": 7},
    {"not": {"score": "leads", "of": "engagement", "op": "lt", "value": 3}},
    {"score": "leads", "of": "engagement", "op": "gt", "value": 12},
    {"score": "leads", "of": "fit", "op": "ge", "value": 20},
    {"score": "leads", "of": "grade", "op": "ge", "value": "C3"},
    {"score": "leads", "of": "grade", "op": "in", "value": ["D", "2"]},
    {"score": "leads", "of": "stage", "op": "ge", "value": "warm"},
    {"score": "leads", "of": "stage", "op": "ne", "value": "first"},
]
people = st.sampled_from(PEOPLE)
names = st.sampled_from(["Visit", "Order"])
points = st.sampled_from([1, 4, 10, 25, -6])
kinds = st.fixed_dictionaries(
    {"event": names, "points": points},
    optional={
        "maximum": st.sampled_from([5, 12]),
        "where": st.just([{"property": "n", "op": "ge", "value": 2}]),
    },
)
models = st.fixed_dictionaries(
    {
        "fit": st.fixed_dictionaries(
            {
                "maximum": st.sampled_from([40, 100]),
                "rules": st.lists(
                    st.fixed_dictionaries({"rule": st.sampled_from(RULES), "points": points}), max_size=3
                ),
                "grades": st.just({"A": 30, "B": 20, "C": 4}),
            }
        ),
        "engagement": st.fixed_dictionaries(
            {
                "half_life": st.sampled_from([{"hours": 5}, {"days": 1}, {"days": 3}]),
                "events": st.lists(kinds, min_size=1, max_size=4),
                "grades": st.just({"1": 20, "2": 10, "3": 2.5}),
            }
        ),
        "stages": st.sampled_from([True, False]).map(
            lambda back: [
                {"key": "first"},
                {"key": "warm", "rule": {"score": "leads", "of": "engagement", "op": "ge", "value": 5}, "back": back},
                {"key": "hot", "rule": {"score": "leads", "of": "grade", "op": "ge", "value": "C2"}, "back": True},
            ]
        ),
    }
)


class ScoredLife(RuleBasedStateMachine):
    """One workspace, a few people, one model."""

    workspaces = 0

    def __init__(self, conn: psycopg.Connection) -> None:
        super().__init__()
        self.conn = conn
        self.merges: list[int] = []
        self.ids: dict[str, int] = {}
        self.kept: dict[int, set[str]] = {}

    @initialize(definition=models)
    def open_workspace(self, definition: dict[str, Any]) -> None:
        self.conn.execute(STATE)
        ScoredLife.workspaces += 1
        row = self.conn.execute(
            "INSERT INTO accounts_workspace (slug, name, timezone, default_language, settings, created_at)"
            " VALUES (%s, '', 'Asia/Jerusalem', 'he', '{}', %s) RETURNING id",
            (f"scored{self.workspaces}", START),
        ).fetchone()
        assert row is not None
        self.shop = ScoreShop(self.conn, row[0], START)
        self.shop.segment("busy", {"event": "Visit", "op": "ge", "value": 2, "within": {"days": 1}})
        self._define(definition)

    @rule(who=people, name=names, n=st.integers(0, 3), hours=st.sampled_from([0, 0, 0, 3, 24, 60]))
    def event(self, who: str, name: str, n: int, hours: int) -> None:
        self.ids[who] = self.shop.did(who, name, ago=timedelta(hours=hours), n=n)
        self._settle_and_check()

    @rule(who=people, name=names, minutes=st.sampled_from([1, 30, 59]))
    def event_ahead(self, who: str, name: str, minutes: int) -> None:
        self.ids[who] = self.shop.did(who, name, ago=-timedelta(minutes=minutes), n=2)
        self._settle_and_check()

    @rule(who=people, n=st.integers(0, 3))
    def trait(self, who: str, n: int) -> None:
        self.ids[who] = self.shop.identify(who, n=n)
        self._settle_and_check()

    @precondition(lambda self: len(self.ids) > 1)
    @rule(winner=people, loser=people, name=names)
    def merge(self, winner: str, loser: str, name: str) -> None:
        """A merge right after an event that was not read yet."""
        one, other = self.ids.get(winner, 0), self.ids.get(loser, 0)
        try:
            self.shop.did(loser, name, n=3) if loser in self.ids else None
            self.merges.append(self.shop.merge(one, other))
        except KesherError:
            self._settle_and_check()
            return
        self.kept[one] = self.kept.get(one, set()) | self.kept.get(other, set())
        self._settle_and_check()

    @precondition(lambda self: self.merges)
    @rule()
    def undo_merge(self) -> None:
        with suppress(MergeNotFound):  # she was erased
            self.shop.undo(self.merges.pop())
        self._settle_and_check()

    @precondition(lambda self: self.ids)
    @rule(who=people)
    def erase(self, who: str) -> None:
        person = Relation("SELECT %(e_profile)s::bigint AS profile_id", {"e_profile": self.ids.get(who, 0)})
        events.erase_profiles(self.conn, person, workspace_id=self.shop.workspace, now=self.shop.now)
        self._settle_and_check()
        rows = self.conn.execute(
            "SELECT p.id FROM profiles_profile p JOIN segments_score r ON r.profile_id = p.id"
            " WHERE p.erased_at IS NOT NULL"
        )
        assert rows.fetchall() == []

    @rule(definition=models)
    def edit(self, definition: dict[str, Any]) -> None:
        self._define(definition)

    @rule(hours=st.sampled_from([1, 5, 24, 80]))
    def time_passes(self, hours: int) -> None:
        target = self.shop.now + timedelta(hours=hours)
        while (due := queries.next_timer(self.conn, ALL_SHARDS)) is not None and due <= target:
            assert due > self.shop.now
            self._check(due - timedelta(microseconds=1))
            self.shop.now = due
            self._settle_and_check()
        self.shop.now = target
        self._check(target)

    # The law

    def _define(self, definition: dict[str, Any]) -> None:
        self.model = queries.parse_score_model(definition)
        self.shop.score_by(definition)
        for number, asked in enumerate(ASKED):
            self.shop.segment(f"asks-{number}", asked)
        self._settle_and_check()

    def _settle_and_check(self) -> None:
        self.shop.settle()
        for person in self._living():
            reached = {stage.key for stage in self.model.stages if stage.rule and self._holds(stage.rule, person)}
            kept = {stage.key for stage in self.model.stages if not stage.back}
            self.kept.setdefault(person.profile_id, set()).update(reached & kept)
        self._check(self.shop.now)

    def _check(self, at: datetime) -> None:
        members = {n: set(self.shop.members(f"asks-{n}")) for n in range(len(ASKED))}
        for person in self._living():
            score = person.scores.get("leads")
            fit, engagement = self._from_scratch(person, at)
            assert score is not None
            assert round(score.engagement.at(at) - engagement, 6) == 0
            assert (score.fit, score.grade) == (fit, self._grade(fit, engagement))
            assert score.stage == self._stage(person, at)
            for number, asked in enumerate(ASKED):
                holds = queries.evaluate(queries.parse_rule(asked), person, now=at).holds
                assert holds == (person.profile_id in members[number]), asked
        self._evaluators_agree(at)

    def _evaluators_agree(self, at: datetime) -> None:
        for asked in ASKED:
            tree = queries.parse_rule(asked)
            compiled = queries.compile_rule(tree, workspace_id=self.shop.workspace, now=at)
            verdicts = self.conn.execute(
                f"SELECT p.id, v.* FROM profiles_profile p CROSS JOIN LATERAL ({compiled.verdict.sql}) v"
                " WHERE p.workspace_id = %(workspace)s AND p.merged_into_id IS NULL AND p.erased_at IS NULL",
                {**compiled.verdict.params, "workspace": self.shop.workspace},
            ).fetchall()
            people = queries.load_people(self.conn, [row[0] for row in verdicts])
            for id, holds, changes_at in verdicts:
                verdict = queries.evaluate(tree, people[id], now=at)
                assert verdict.holds == holds
                assert (verdict.changes_at is None) == (changes_at is None)
                if changes_at is not None and verdict.changes_at is not None:
                    assert abs(changes_at - verdict.changes_at) <= timedelta(microseconds=2)

    def _from_scratch(self, person: Person, at: datetime) -> tuple[float, float]:
        fit = sum(part.points for part in self.model.fit if queries.evaluate(part.rule, person, now=at).holds)
        engagement = 0.0
        for kind in self.model.engagement:
            value = sum(
                kind.points * 0.5 ** ((at - event.occurred_at) / self.model.half_life)
                for event in person.events.get(kind.event, ())
                if event.occurred_at <= at and (kind.where is None or queries.matches(kind.where, event.properties))
            )
            most = kind.maximum
            engagement += value if most is None else max(-most, min(most, value))
        return max(0, min(self.model.fit_maximum, fit)), max(0.0, engagement)

    def _grade(self, fit: float, engagement: float) -> str:
        letter = sum(fit >= least for least in self.model.fit_grades)
        digit = sum(engagement >= least - 1e-9 for least in self.model.engagement_grades)
        return "DCBA"[letter] + "4321"[digit]

    def _stage(self, person: Person, at: datetime) -> str:
        best = "first"
        for stage in self.model.stages:
            held = stage.rule is not None and queries.evaluate(stage.rule, person, now=at).holds
            if held or stage.key in self.kept.get(person.profile_id, set()):
                best = stage.key
        return best

    def _holds(self, tree: Any, person: Person) -> bool:
        return queries.evaluate(tree, person, now=self.shop.now).holds

    def _living(self) -> list[Person]:
        rows = self.conn.execute(
            "SELECT id FROM profiles_profile WHERE workspace_id = %s AND merged_into_id IS NULL AND erased_at IS NULL",
            (self.shop.workspace,),
        ).fetchall()
        return list(queries.load_people(self.conn, [row[0] for row in rows]).values())


def test_a_score_equals_one_counted_from_scratch_at_every_moment(conn: psycopg.Connection) -> None:
    create_temporary_tables(conn)
    run_state_machine_as_test(
        lambda: ScoredLife(conn),
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

"""The two evaluators agree on every rule, every history and every moment, and neither is surprised by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from segment_histories import (
    Past,
    belonging_pasts,
    busy_pasts,
    kept_pasts,
    moments,
    pasts,
    properties,
    texts,
    walked_pasts,
    write_keys,
    write_people,
)
from segment_rules import (
    anniversary_leaves,
    date_leaves,
    event_leaves,
    filters,
    journey_leaves,
    location_leaves,
    message_leaves,
    object_leaves,
    patterns,
    rules,
    sequence_leaves,
    timed_rules,
    trait_leaves,
)

from kesher.segments.everybody import compile_everybody
from kesher.segments.patterns import parse_pattern
from kesher.segments.queries import (
    compile_rule,
    compile_where,
    dependencies_of,
    evaluate,
    load_people,
    matches,
    parse_rule,
    parse_where,
    reach_of,
)
from kesher.segments.types import Person, Rule

LAW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOMENTS = 8
_INSTANT = timedelta(microseconds=1)


def _moments_of(rule: Rule, person: Person, now: datetime) -> Iterator[datetime]:
    """`now`, then each moment at which the answer may change and the instant before it: the edges of all windows."""
    for _ in range(MOMENTS):
        yield now
        changes_at = evaluate(rule, person, now=now).changes_at
        if changes_at is None:
            return
        assert changes_at > now
        yield changes_at - _INSTANT
        now = changes_at


def _within_reach(person: Person, rule: Rule, now: datetime) -> Person:
    """The person without the events from before the rule's reach, which must not matter."""
    reach = reach_of(rule)
    if reach is None:
        return person
    kept = {name: [e for e in events if e.occurred_at > now - reach] for name, events in person.events.items()}
    return replace(person, events=kept)


def _assert_agreement(conn: psycopg.Connection, workspace: int, source: object, past: Past, start: datetime) -> None:
    with conn.transaction(force_rollback=True):
        write_keys(conn, workspace)
        rule = parse_rule(source)
        (id,) = write_people(conn, workspace, [past])
        person = load_people(conn, [id], asked=dependencies_of(rule))[id]
        compiled = compile_rule(rule, workspace_id=workspace, now=start)
        for now in _moments_of(rule, person, start):
            at = compiled.at(now)
            row = conn.execute(
                f"SELECT {at.holds.sql}, v.holds, v.changes_at, {at.changes_at.sql} FROM profiles_profile p"
                f" CROSS JOIN LATERAL ({at.verdict.sql}) v WHERE p.id = %(id)s",
                {**at.verdict.params, "id": id},
            ).fetchone()
            evaluated = evaluate(rule, person, now=now)
            everybody = compile_everybody(rule, workspace_id=workspace, now=now)
            found = conn.execute(everybody.sql, everybody.params).fetchall()
            assert found == ([(id,)] if evaluated.holds else [])
            assert evaluate(rule, _within_reach(person, rule, now), now=now) == evaluated
            assert row == (evaluated.holds, evaluated.holds, evaluated.changes_at, evaluated.changes_at)


@LAW
@given(rule=rules, past=pasts, now=moments())
def test_both_evaluators_agree_on_any_rule(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=timed_rules, past=busy_pasts, now=moments())
def test_both_evaluators_agree_on_combinations(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=event_leaves(), past=busy_pasts, now=moments())
def test_both_evaluators_agree_on_events(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=sequence_leaves(), past=busy_pasts, now=moments())
def test_both_evaluators_agree_on_sequences(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=message_leaves(), past=kept_pasts, now=moments())
def test_both_evaluators_agree_on_messages(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=journey_leaves(), past=walked_pasts, now=moments())
def test_both_evaluators_agree_on_journeys(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=date_leaves(), past=pasts, now=moments())
def test_both_evaluators_agree_on_days(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=anniversary_leaves(), past=pasts, now=moments(), years=st.integers(-2, 3))
def test_both_evaluators_agree_on_anniversaries(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime, years: int
) -> None:
    _assert_agreement(conn, workspace, rule, past, now + timedelta(days=years * 365))


@LAW
@given(rule=location_leaves, past=pasts, now=moments())
def test_both_evaluators_agree_on_places(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(rule=object_leaves(), past=belonging_pasts, now=moments())
def test_both_evaluators_agree_on_companies(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@settings(LAW, max_examples=300)
@given(pattern=patterns, subject=st.one_of(texts, st.text(alphabet="abA012-.הé\\ \n'%", max_size=12)))
def test_both_evaluators_agree_on_patterns(conn: psycopg.Connection, pattern: str, subject: str) -> None:
    parsed = parse_pattern(pattern)
    row = conn.execute('SELECT %s::text COLLATE "C" ~ %s::text', (subject, parsed.postgres())).fetchone()
    assert row == (parsed.found_in(subject),)


@LAW
@given(rule=trait_leaves(), past=pasts, now=moments())
def test_both_evaluators_agree_on_traits(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime
) -> None:
    _assert_agreement(conn, workspace, rule, past, now)


@LAW
@given(
    rule=st.one_of(rules, timed_rules, sequence_leaves()),
    past=st.one_of(pasts, busy_pasts),
    now=moments(),
    others=st.lists(moments(), max_size=10),
)
def test_no_answer_changes_before_its_time(
    conn: psycopg.Connection, workspace: int, rule: object, past: Past, now: datetime, others: list[datetime]
) -> None:
    with conn.transaction(force_rollback=True):
        write_keys(conn, workspace)
        tree = parse_rule(rule)
        (id,) = write_people(conn, workspace, [past])
        person = load_people(conn, [id], asked=dependencies_of(tree))[id]
        edges = [at + timedelta(hours=gap) for _, _, at, _ in past.events for gap in (0, 6, 24, 48, 96)]
        moments = list(_moments_of(tree, person, now))
        for moment in moments:
            verdict = evaluate(tree, person, now=moment)
            for later in (*moments, *others, *edges):
                if later > moment and (verdict.changes_at is None or later < verdict.changes_at):
                    assert evaluate(tree, person, now=later).holds == verdict.holds


@LAW
@given(where=st.lists(filters(), min_size=1, max_size=3), said=properties)
def test_property_filters_agree(conn: psycopg.Connection, where: list[object], said: dict[str, object]) -> None:
    parsed = parse_where(where)
    compiled = compile_where(parsed, properties="e.properties")
    row = conn.execute(
        f"SELECT {compiled.sql}, e.properties::text FROM (SELECT %(said)s::jsonb AS properties) e",
        {**compiled.params, "said": Jsonb(said)},
    ).fetchone()
    assert row is not None
    assert row[0] is matches(parsed, said)

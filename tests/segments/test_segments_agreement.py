"""The two evaluators agree on every rule, every history and every moment, and neither is surprised by time."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb
from segment_histories import Past, filters, moments, pasts, properties, rules, write_keys, write_people

from kesher.segments.queries import (
    compile_rule,
    compile_where,
    evaluate,
    load_people,
    matches,
    parse_rule,
    parse_where,
)
from kesher.segments.types import Verdict

LAW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


class _Undo(Exception):
    pass


def _verdicts(
    conn: psycopg.Connection, workspace: int, source: object, people: list[Past], now: datetime
) -> list[tuple[bool, Verdict, Verdict]]:
    """Per person: what `holds` says in SQL, what `verdict` says in SQL, and what memory says."""
    rule = parse_rule(source)
    found: list[tuple[bool, Verdict, Verdict]] = []
    try:
        with conn.transaction():
            ids = write_people(conn, workspace, people)
            known = load_people(conn, ids, rule=rule)
            compiled = compile_rule(rule, workspace_id=workspace, now=now)
            rows = conn.execute(
                f"SELECT p.id, {compiled.holds.sql}, v.holds, v.changes_at FROM profiles_profile p"
                f" CROSS JOIN LATERAL ({compiled.verdict.sql}) v WHERE p.id = ANY(%(ids)s) ORDER BY p.id",
                {**compiled.holds.params, **compiled.verdict.params, "ids": ids},
            ).fetchall()
            found = [
                (holds, Verdict(verdict, changes_at), evaluate(rule, known[id], now=now))
                for id, holds, verdict, changes_at in rows
            ]
            raise _Undo
    except _Undo:
        return found


@LAW
@given(rule=rules, people=st.lists(pasts, min_size=1, max_size=3), now=moments())
def test_both_evaluators_agree(
    conn: psycopg.Connection, workspace: int, rule: object, people: list[Past], now: datetime
) -> None:
    with conn.transaction(force_rollback=True):
        write_keys(conn, workspace)
        for holds, compiled, evaluated in _verdicts(conn, workspace, rule, people, now):
            assert holds == compiled.holds == evaluated.holds
            assert compiled.changes_at == evaluated.changes_at


@LAW
@given(rule=rules, person=pasts, now=moments(), later=moments())
def test_no_answer_changes_before_its_time(
    conn: psycopg.Connection, workspace: int, rule: object, person: Past, now: datetime, later: datetime
) -> None:
    with conn.transaction(force_rollback=True):
        write_keys(conn, workspace)
        tree = parse_rule(rule)
        ids = write_people(conn, workspace, [person])
        known = load_people(conn, ids, rule=tree)[ids[0]]
        before = evaluate(tree, known, now=now)
        assert before.changes_at is None or before.changes_at > now
        moments_until = [m for m in (later, now + timedelta(microseconds=1)) if m > now]
        if before.changes_at is not None:
            moments_until.append(before.changes_at - timedelta(microseconds=1))
        for moment in moments_until:
            if before.changes_at is None or now <= moment < before.changes_at:
                assert evaluate(tree, known, now=moment).holds == before.holds


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

"""No pattern can run away, in either evaluator."""

from __future__ import annotations

import time

import psycopg
import pytest

from kesher.segments.patterns import MAX_SUBJECT, parse_pattern

HOSTILE = [
    "(a*)*$",
    "(a|aa)+$",
    "(a+a+)+b",
    "(a*a*a*a*a*a*a*a*)*b",
    "(.*.*.*.*)b$",
    "((a{0,6}){0,6}){0,3}b",
    "(a?){40}a{40}b",
    "(.{0,20}a){4}b",
    "[^b]*(a|b|ab)*[^a]*c$",
]
SECONDS = 2.0
"""Generous for a busy machine; a pattern that runs away takes years."""


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_pattern_answers_at_once(conn: psycopg.Connection, pattern: str) -> None:
    parsed = parse_pattern(pattern)
    subject = "a" * (MAX_SUBJECT - 1) + "!"

    began = time.monotonic()
    found = parsed.found_in(subject)
    row = conn.execute("SELECT %s::text ~ %s::text", (subject, parsed.postgres())).fetchone()

    assert time.monotonic() - began < SECONDS
    assert row == (found,)


def test_a_text_beyond_the_limit_meets_no_pattern() -> None:
    assert parse_pattern("a").found_in("a" * MAX_SUBJECT)
    assert not parse_pattern("a").found_in("a" * (MAX_SUBJECT + 1))

"""A rule that is being edited, tried on everybody within a bounded time."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from difflib import get_close_matches

from psycopg.errors import QueryCanceled

from kesher.events.queries import list_event_names
from kesher.events.types import RESERVED_NAMES
from kesher.kernel.db import Conn
from kesher.kernel.sql import statements_of
from kesher.kernel.text import Text
from kesher.profiles.queries import list_attributes, list_traits
from kesher.segments.compiling import compile_rule
from kesher.segments.errors import RuleTooSlow
from kesher.segments.everybody import compile_everybody
from kesher.segments.leaves.belonging import BelongingLeaf
from kesher.segments.parsing import dependencies_of, leaves_of
from kesher.segments.types import Preview, Rule
from kesher.segments.words import Words, phrase, quoted

_sql = statements_of(__package__)
SECONDS = 10
"""A preview that takes longer is given up."""
_SAMPLE = 5_000
_ALLOWED = {
    "memory": "256MB",
    "helpers": "2",
    # The rows of a leaf are three numbers wide: at the usual cost no helper would ever be asked to scan.
    "passing": "0.01",
}
HASHED = "off"
"""The `loops` of a statement about everybody: how many people meet a condition on jsonb is a guess, mostly far too low,
and a nested loop for those few would look into every day of the log for each of a million."""
_RESERVED_TRAITS = ("email", "phone", "language", "timezone")


def preview_rule(
    conn: Conn, rule: Rule, *, workspace_id: int, now: datetime, limit: int = 20, seconds: float = SECONDS
) -> Preview:
    """For how many people the rule holds at `now`, some of them (the latest first), and what looks like a slip.

    RuleTooSlow when it takes longer than `seconds`.
    """
    everybody = compile_everybody(rule, workspace_id=workspace_id, now=now, prefix="m")
    statement = (
        f"WITH matching AS MATERIALIZED ({everybody.sql}) SELECT (SELECT count(*) FROM matching),"
        " ARRAY(SELECT profile_id FROM matching ORDER BY profile_id DESC LIMIT %(m_limit)s::int)"
    )
    with bounded(conn, seconds, loops=HASHED):
        row = conn.execute(statement, {**everybody.params, "m_limit": limit}).fetchone()
        warnings = list_warnings(conn, rule, workspace_id=workspace_id)
    assert row is not None
    return Preview(row[0], tuple(row[1]), warnings)


def estimate_rule(
    conn: Conn, rule: Rule, *, workspace_id: int, now: datetime, limit: int = 20, seconds: float = SECONDS
) -> Preview:
    """About how many people the rule holds for, from a sample of them: for rules that take too long over everybody."""
    compiled = compile_rule(rule, workspace_id=workspace_id, now=now, prefix="m")
    with bounded(conn, seconds):
        sampled = _sql.run(conn, "sample_people", {"workspace_id": workspace_id, "size": _SAMPLE}).fetchone()
        assert sampled is not None
        share, people = sampled
        statement = (
            f"SELECT p.id FROM profiles_profile p WHERE p.id = ANY(%(m_people)s::bigint[]) AND {compiled.holds.sql}"
        )
        found = [row[0] for row in conn.execute(statement, {**compiled.holds.params, "m_people": people})]
        warnings = list_warnings(conn, rule, workspace_id=workspace_id)
    latest = tuple(sorted(found, reverse=True)[:limit])
    return Preview(round(share * len(found)), latest, warnings, estimated=share > 1)


def list_warnings(conn: Conn, rule: Rule, *, workspace_id: int) -> tuple[Text, ...]:
    """What the rule asks about although nobody of the workspace has it yet: a slip of the pen, or a plan."""
    needs = dependencies_of(rule)
    traits = {trait.name for trait in list_traits(conn, workspace_id=workspace_id)} | {*_RESERVED_TRAITS}
    events = {*list_event_names(conn, workspace_id=workspace_id)} | RESERVED_NAMES if needs.events else set()
    found = [_warning(name, traits, Words("trait", "המאפיין")) for name in sorted(needs.traits - traits)]
    found += [_warning(name, events, Words("event", "האירוע")) for name in sorted(needs.events - events)]
    for leaf in leaves_of(rule):
        if isinstance(leaf, BelongingLeaf) and leaf.where is not None:
            attributes = list_attributes(conn, workspace_id=workspace_id, kind=leaf.kind)
            of = phrase("{kind} attribute", "בסוג {kind} המאפיין", kind=quoted(leaf.kind))
            found += [_warning(name, attributes, of) for name in sorted(leaf.attributes() - attributes)]
    return tuple(found)


def _warning(name: str, known: Collection[str], kind: Words) -> Text:
    said = phrase(
        "Nobody has the {kind} {name} yet.", "{kind} {name} עדיין לא נראה אצל אף אחד.", kind=kind, name=quoted(name)
    )
    near = get_close_matches(name, known, n=1)
    if near:
        said = phrase("{said} Did you mean {near}?", "{said} הכוונה ל{near}?", said=said, near=quoted(near[0]))
    return said.text()


@contextmanager
def bounded(conn: Conn, seconds: float, *, loops: str = "on") -> Iterator[None]:
    """Statements of the block end with RuleTooSlow after so many seconds; they may use more memory and processes than
    a request's usual ones, so that a million people are hashed at once."""
    try:
        with conn.transaction():
            bounds = {"timeout": f"{seconds * 1000:.0f}ms", **_ALLOWED, "loops": loops}
            before = _sql.run(conn, "bound_statements", bounds).fetchone()
            yield
            # Within a request's own transaction the settings would outlive the block.
            assert before is not None
            _sql.run(conn, "bound_statements", dict(zip(bounds, before, strict=False)))
    except QueryCanceled as error:
        raise RuleTooSlow(seconds=math.ceil(seconds)) from error
